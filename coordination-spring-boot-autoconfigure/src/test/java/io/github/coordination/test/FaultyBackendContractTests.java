package io.github.coordination.test;

import java.time.Duration;
import java.util.UUID;

import io.github.coordination.backend.local.LocalBackendProvider;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.ExpiringBackendContract;

/**
 * As long as nothing is to fail, a {@link FaultyBackend} with limited sessions and
 * without details of changes is a backend like any other.
 */
class FaultyBackendContractTests extends ExpiringBackendContract {

	private final String url = "local:" + UUID.randomUUID();

	@Override
	protected String url() {
		return this.url;
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		CoordinationBackend local = new LocalBackendProvider().create(config);
		return new FaultyBackend(local, config.environment()).withTtl(Duration.ofMillis(900)).withoutDetails();
	}

	@Override
	protected void killSession(BackendSession session) {
		session.close();
	}

	@Override
	public boolean namesChanges() {
		return false;
	}

}
