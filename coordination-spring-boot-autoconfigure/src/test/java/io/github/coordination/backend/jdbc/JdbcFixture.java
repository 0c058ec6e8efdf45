package io.github.coordination.backend.jdbc;

import java.time.Duration;

import io.github.coordination.ClientSource;
import io.github.coordination.backend.BackendFixture;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Clients of databases.
 */
final class JdbcFixture extends BackendFixture {

	/** Long enough that nothing expires, and that a call may wait for seconds. */
	static final Duration TTL = Duration.ofMinutes(1);

	static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

	JdbcFixture() {
		super(new JdbcBackendProvider());
	}

	CoordinationBackend client(String url, Object... clients) {
		return create(url, namespace(), TTL, CALL_TIMEOUT, environment(), ClientSource.of(clients));
	}

}
