package io.github.coordination.backend.file;

import java.nio.file.Path;
import java.util.UUID;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.spi.BackendSession;

/**
 * A store of its own for each fixture, in a directory that the test removes.
 */
final class FileCoordinatorFixture extends CoordinatorFixture {

	private final Path directory;

	FileCoordinatorFixture(Path parent) {
		this.directory = parent.resolve(UUID.randomUUID().toString());
	}

	@Override
	protected String url() {
		return "file:" + this.directory;
	}

	@Override
	protected void kill(BackendSession session) {
		((FileSession) session).die();
	}

}
