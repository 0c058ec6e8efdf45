package io.github.coordination.backend.file;

import java.util.UUID;

import org.junit.jupiter.api.AfterAll;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendContract;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;

class IpcBackendContractTests extends BackendContract {

	private static final String URL = "ipc:test-" + UUID.randomUUID();

	private static java.nio.file.Path directory;

	@Override
	protected String url() {
		return URL;
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		FileBackend backend = (FileBackend) new FileBackendProvider().create(config);
		directory = backend.store().path().getParent();
		return backend;
	}

	@Override
	protected void killSession(BackendSession session) {
		((FileSession) session).die();
	}

	@AfterAll
	static void removeTheStore() {
		org.springframework.util.FileSystemUtils.deleteRecursively(directory.toFile());
	}

}
