package io.github.coordination.backend.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendContract;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;

class FileBackendContractTests extends BackendContract {

	@TempDir
	static Path temporary;

	private BackendConfig config;

	@Override
	protected String url() {
		return "file:" + temporary.resolve("store");
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		this.config = config;
		return new FileBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		((FileSession) session).die();
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		Path file = new Store(List.of(temporary.resolve("store")), this.config.namespace(), this.config.callTimeout(),
				this.config.environment())
			.file(directory);
		try {
			Files.write(file.resolveSibling(file.getFileName() + "." + UUID.randomUUID()), new byte[] { 1, 2, 3 });
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
