package io.github.coordination.backend.consul;

import java.time.Duration;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.ConsulServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

@Tag("consul")
class ConsulBackendContractTests extends ExpiringBackendContract {

	private final ConsulServer server = ConsulServer.shared();

	@Override
	protected String url() {
		return "consul://127.0.0.1:" + this.server.port();
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new ConsulBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		this.server.destroy(session.id());
	}

	@Override
	protected Duration shortTtl() {
		return Duration.ofSeconds(2);
	}

	@Override
	public int cycles() {
		return 1000;
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		String start = "kv/"
				+ new Keys("coordination/", directory.namespace()).directory(directory).replace("%", "%25");
		for (String rest : new String[] { "", "%2561", "a/b", "%25zz", "/", "//" }) {
			this.server.call("PUT", start + rest + "?flags=" + Keys.PERSISTENT, "\u0000foreign");
		}
		this.server.call("PUT", start + "without-flags", "\u0000foreign");
		this.server.call("PUT", start + "flags-of-64-bits?flags=18446744073709551615", "\u0000foreign");
		this.server.call("PUT", start + "without-tag?flags=" + Keys.PERSISTENT, "");
		this.server.call("PUT", start + "long-tag?flags=" + Keys.PERSISTENT, "\u0011foreign");
		this.server.call("PUT", start + "without-session?flags=" + Keys.bound(0), "\u0000foreign");
	}

}
