package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds the programs of servers: what is installed, else what the distribution's package
 * brings, installed at once if this user may do so. Otherwise it says what to run; no
 * test is ever skipped because a server is missing.
 */
public final class Executables {

	private static final List<String> DIRECTORIES = Stream
		.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
				Stream.of("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin"))
		.filter((directory) -> !directory.isEmpty())
		.distinct()
		.toList();

	private Executables() {
	}

	/**
	 * Find a program.
	 * @param name the program's name
	 * @param debianPackage the package that has it
	 * @return where it is
	 * @throws IllegalStateException if it is nowhere and cannot be installed
	 */
	public static synchronized Path find(String name, String debianPackage) {
		return installed(name).orElseGet(() -> install(name, debianPackage));
	}

	private static Optional<Path> installed(String name) {
		return DIRECTORIES.stream()
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static Path install(String name, String debianPackage) {
		String line = "apt-get install -y --no-install-recommends " + debianPackage;
		if (installed("apt-get").isEmpty() || !"root".equals(System.getProperty("user.name"))) {
			throw missing(name, debianPackage, "sudo " + line, "");
		}
		System.out.println("Installing the package " + debianPackage + ", for its " + name);
		String output = run("apt-get", "update") + run(line.split(" "));
		return installed(name).orElseThrow(() -> missing(name, debianPackage, line, output));
	}

	private static IllegalStateException missing(String name, String debianPackage, String line, String output) {
		return new IllegalStateException("The program " + name + " is not installed, and tests need it. Run\n    "
				+ line + "\nor leave its backend out with -Dcoordination.without=NAME."
				+ (output.isEmpty() ? "" : "\n" + output));
	}

	private static String run(String... command) {
		Path log = null;
		try {
			log = Files.createTempFile("install", ".log");

			ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
			builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
			// the package's own service is not wanted, and must not start
			builder.environment().put("RUNLEVEL", "1");
			Process process = builder.start();
			if (!process.waitFor(5, TimeUnit.MINUTES)) {
				process.destroyForcibly();
			}
			return Files.readString(log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while installing", ex);
		}
		finally {
			delete(log);
		}
	}

	private static void delete(Path log) {
		try {
			if (log != null) {
				Files.deleteIfExists(log);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
