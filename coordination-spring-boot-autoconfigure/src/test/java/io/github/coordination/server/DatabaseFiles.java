package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a database server of this build keeps its files. Its package's account runs it,
 * if root would.
 *
 * @param directory the directory, which that account can pass but not list
 * @param account the account
 */
record DatabaseFiles(Path directory, String account) {

	static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final long ROOM = 1L << 30;

	/** In memory where there is room: every commit is forced to the disk. */
	static DatabaseFiles inMemory(String name, String account) {
		try {
			Path directory = (MEMORY.toFile().getUsableSpace() > ROOM)
					? Files.createTempDirectory(MEMORY, "coordination-" + name + "-")
					: ServerProcess.newDirectory(name);
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
			return new DatabaseFiles(directory, account);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return where a file of this name is or will be. */
	Path resolve(String name) {
		return this.directory.resolve(name);
	}

	/** Create a directory for the account. */
	Path createDirectory(String name) {
		return own(resolve(name), Files::createDirectory);
	}

	/** Write a file for the account. */
	Path write(String name, String content) {
		return own(resolve(name), (file) -> Files.writeString(file, content));
	}

	/** Copy a file that only the account shall read. */
	Path copy(Path source, String name) {
		return own(resolve(name), (file) -> Files.setPosixFilePermissions(Files.copy(source, file),
				PosixFilePermissions.fromString("rw-------")));
	}

	/** Run a command that ends by itself. */
	void run(List<String> command) {
		Path log = resolve("log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(log.toFile())
				.start();
			if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
				process.destroyForcibly();
				throw new IllegalStateException(command + " failed:\n" + Files.readString(log));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
	}

	private Path own(Path file, Creation creation) {
		try {
			creation.create(file);
			if (IS_ROOT) {
				Files.setOwner(file,
						file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(this.account));
			}
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Creates a file.
	 */
	@FunctionalInterface
	private interface Creation {

		void create(Path file) throws IOException;

	}

}
