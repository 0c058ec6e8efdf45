package io.github.coordination.process;

import java.nio.file.Path;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.springframework.util.FileSystemUtils;

/**
 * {@code ipc:} is {@code file:} in another place, so a little is enough.
 */
class IpcMultiJvmTests extends KilledProcessContract {

	private static final String NAME = "test-" + UUID.randomUUID();

	@Override
	protected String url() {
		return "ipc:" + NAME;
	}

	@Override
	protected int rounds() {
		return 4;
	}

	@AfterAll
	static void removeStore() throws Exception {
		FileSystemUtils.deleteRecursively(Path.of("/dev/shm", "coordination-" + System.getProperty("user.name"), NAME));
	}

}
