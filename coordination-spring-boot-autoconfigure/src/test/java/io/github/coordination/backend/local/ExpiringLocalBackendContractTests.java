package io.github.coordination.backend.local;

import java.util.UUID;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.ExpiringBackendContract;

class ExpiringLocalBackendContractTests extends ExpiringBackendContract {

	private final String url = "local:" + UUID.randomUUID() + "?expire=true";

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
