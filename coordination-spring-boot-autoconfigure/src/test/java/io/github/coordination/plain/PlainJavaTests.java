package io.github.coordination.plain;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.Coordinator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The library without Spring on the class path.
 */
class PlainJavaTests {

	@Test
	void connectsWithNothingButTheLibraryOnTheClassPath(@TempDir Path directory)
			throws IOException, InterruptedException {
		String classPath = String.join(File.pathSeparator, location(Coordinator.class), location(NullMarked.class),
				location(PlainProgram.class));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, PlainProgram.class.getName(), "file:" + directory.resolve("store"))
			.redirectErrorStream(true)
			.start();

		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(output).matches("held true [0-9]{16}\\R");
		assertThat(process.exitValue()).isZero();
	}

	private static String location(Class<?> type) {
		CodeSource source = type.getProtectionDomain().getCodeSource();
		return Path.of(URI.create(source.getLocation().toString())).toString();
	}

}
