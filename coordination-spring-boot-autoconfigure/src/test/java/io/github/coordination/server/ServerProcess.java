package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A server of this build: a process of its own with a directory of its own, listening on
 * 127.0.0.1 only. It is stopped by its pid when it is closed or the JVM ends, and its
 * directory is removed.
 */
public final class ServerProcess implements AutoCloseable {

	private static final Duration START = Duration.ofSeconds(30);

	private final String name;

	private final List<String> command;

	private final Path directory;

	private final Thread hook = new Thread(this::destroy);

	private Process process;

	private ServerProcess(String name, List<String> command, Path directory) {
		this.name = name;
		this.command = List.copyOf(command);
		this.directory = directory;
		Runtime.getRuntime().addShutdownHook(this.hook);
		start();
	}

	/**
	 * Start a server. Returns without waiting for it; see {@link #awaitPort} and
	 * {@link #await}.
	 * @param name what to call it in messages
	 * @param directory where it runs and keeps its files, from {@link #newDirectory}; its
	 * output goes to the file {@code log} there
	 * @param command the program and its arguments
	 * @return the server
	 */
	public static ServerProcess start(String name, Path directory, List<String> command) {
		return new ServerProcess(name, command, directory);
	}

	/**
	 * Return a new directory for a server.
	 * @param name what to call it
	 * @return the directory
	 */
	public static Path newDirectory(String name) {
		try {
			return Files.createTempDirectory("coordination-" + name + "-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Remove a directory with all that is in it. What cannot be removed stays.
	 * @param directory the directory
	 */
	public static void delete(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait until the server accepts connections.
	 * @param port its port on 127.0.0.1
	 * @return this server
	 */
	public ServerProcess awaitPort(int port) {
		return await("port " + port, () -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
				return true;
			}
			catch (IOException ex) {
				return false;
			}
		});
	}

	/**
	 * Wait until the server is ready.
	 * @param what what is waited for, for the message
	 * @param ready whether it is ready
	 * @return this server
	 * @throws IllegalStateException with the end of its log if it dies or takes too long
	 */
	public ServerProcess await(String what, Callable<Boolean> ready) {
		try {
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(10))
				.atMost(START)
				.until(() -> !this.process.isAlive() || ready.call());
		}
		catch (ConditionTimeoutException ex) {
			throw failed(what);
		}
		if (!this.process.isAlive()) {
			throw failed(what);
		}
		return this;
	}

	/**
	 * Return the server's process id.
	 * @return the pid
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Return where the server keeps its files.
	 * @return its directory
	 */
	public Path directory() {
		return this.directory;
	}

	/**
	 * Stop the process where it stands (SIGSTOP): its sockets stay open, nothing answers.
	 */
	public void pause() {
		signal("-STOP");
	}

	/** Let a stopped process go on (SIGCONT). */
	public void resume() {
		signal("-CONT");
	}

	/** Kill the process (SIGKILL), and wait until it is gone. Its files stay. */
	public void kill() {
		this.process.destroyForcibly();
		awaitEnd();
	}

	/** End the process (SIGTERM), and wait until it is gone. Its files stay. */
	public void stop() {
		this.process.destroy();
		awaitEnd();
	}

	/** Start the same command again on the same files; it must have been stopped. */
	public void restart() {
		if (this.process.isAlive()) {
			throw new IllegalStateException(this.name + " still runs");
		}
		start();
	}

	/** End the process and remove its files. */
	@Override
	public void close() {
		Runtime.getRuntime().removeShutdownHook(this.hook);
		destroy();
	}

	private void start() {
		try {
			this.process = new ProcessBuilder(this.command).directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.directory.resolve("log").toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void destroy() {
		this.process.destroyForcibly();
		awaitEnd();
		delete(this.directory);
	}

	private void awaitEnd() {
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void signal(String signal) {
		try {
			Process kill = new ProcessBuilder("kill", signal, Long.toString(pid())).inheritIO().start();
			if (kill.waitFor() != 0) {
				throw new IllegalStateException("kill " + signal + " " + this.name + " failed");
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

	private IllegalStateException failed(String what) {
		String log;
		try {
			log = Files.readString(this.directory.resolve("log"));
		}
		catch (IOException ex) {
			log = ex.toString();
		}
		return new IllegalStateException(
				this.name + (this.process.isAlive() ? " is not ready: " : " ended before it was ready: ") + what + "\n"
						+ log.substring(Math.max(log.length() - 4000, 0)));
	}

}
