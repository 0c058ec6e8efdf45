package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.EtcdServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

@Tag("etcd")
class EtcdBackendContractTests extends ExpiringBackendContract {

	private final EtcdServer server = EtcdServer.shared();

	@Override
	protected String url() {
		return this.server.url();
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new EtcdBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		this.server.revoke(session.id());
	}

	@Override
	protected Duration shortTtl() {
		return Duration.ofSeconds(3);
	}

	@Override
	public int cycles() {
		return 2000;
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		String prefix = new Keys(directory.namespace()).directory(directory);
		for (String rest : List.of("", "%61", "no word", "%zz", "a/0", "a/", "a/b/c", "/", "//")) {
			this.server.put(prefix + rest, "foreign");
		}
	}

}
