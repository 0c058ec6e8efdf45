package io.github.coordination.backend.local;

import java.util.UUID;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendContract;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;

class LocalBackendContractTests extends BackendContract {

	private final String url = "local:" + UUID.randomUUID();

	@Override
	protected String url() {
		return this.url;
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new LocalBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		session.close();
	}

}
