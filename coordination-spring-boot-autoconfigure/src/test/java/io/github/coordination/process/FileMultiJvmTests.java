package io.github.coordination.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMultiJvmTests extends MultiJvmContract {

	@TempDir
	static Path temporary;

	@Override
	protected String url() {
		return "file:" + temporary.resolve("store");
	}

	@Override
	protected Duration takeOverBound() {
		return Duration.ofSeconds(1);
	}

	@Test
	void filesOfKilledProcessesAreRemovedByTheOthers() {
		CoordinatorProcess victim = start();
		start();
		victim.acquire("lock/a");
		eventually().until(this::sessionFiles, (files) -> files == 2);

		victim.kill();

		eventually().until(this::sessionFiles, (files) -> files == 1);
	}

	private long sessionFiles() {
		try (Stream<Path> files = Files.list(temporary.resolve("store").resolve(namespace()).resolve("sessions"))) {
			return files.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
