package io.github.coordination.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A JVM that is told what to do line by line, answers line by line, and can be killed and
 * stopped. It does not outlive this one.
 */
final class ChildProcess implements AutoCloseable {

	/** What the JDK reports of a process that was ended by SIGKILL. */
	private static final int KILLED = 128 + 9;

	private static final int MAX_ERRORS = 20_000;

	private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

	static {
		// a stopped process does not notice that its input has ended
		Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly)));
	}

	private final Process process;

	private final OutputStream input;

	private final StringBuffer errors = new StringBuffer();

	private final Thread output;

	private volatile boolean stopped;

	private ChildProcess(Process process, Consumer<String> lines, Runnable onEnd) {
		this.process = process;
		this.input = process.getOutputStream();
		this.output = read("output", process.getInputStream(), lines, onEnd);
		read("errors", process.getErrorStream(), this::error, () -> {
		});
	}

	/**
	 * Start a JVM with the class path of this one.
	 * @param main the class to run
	 * @param lines what to do with each line it writes, on a thread of its own
	 * @param onEnd what to do when there will be no more
	 */
	static ChildProcess start(Class<?> main, Consumer<String> lines, Runnable onEnd) {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
				"-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-cp",
				System.getProperty("java.class.path"), main.getName());
		try {
			Process process = new ProcessBuilder(command).start();
			ALIVE.add(process);
			return new ChildProcess(process, lines, onEnd);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	long pid() {
		return this.process.pid();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	boolean isStopped() {
		return this.stopped;
	}

	/** Return the last of what it wrote to its standard error. */
	String errors() {
		return this.errors.toString();
	}

	void send(String line) {
		try {
			synchronized (this.input) {
				this.input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
				this.input.flush();
			}
		}
		catch (IOException ex) {
			throw new AssertionError("the process " + pid() + " cannot be told '" + line + "': " + errors(), ex);
		}
	}

	/**
	 * End it by SIGKILL. When this returns all it ever wrote has been read.
	 * @return an instant at which it was alive, on the clock of {@link System#nanoTime()}
	 */
	long kill() {
		assertThat(isAlive()).as("the process %s before it is killed: %s", pid(), errors()).isTrue();
		long before = System.nanoTime();
		this.process.destroyForcibly();
		try {
			assertThat(this.process.waitFor(30, TimeUnit.SECONDS)).as("end of the process %s", pid()).isTrue();
			this.output.join(TimeUnit.SECONDS.toMillis(30));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
		assertThat(this.process.exitValue()).as("exit value of the process %s: %s", pid(), errors()).isEqualTo(KILLED);
		ALIVE.remove(this.process);
		return before;
	}

	/** Stop it by SIGSTOP. When this returns none of its threads runs. */
	void stop() {
		this.stopped = true;
		signal("STOP");
		await().atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(this::allThreadsAreStopped);
	}

	/** Let it go on after {@link #stop()}. */
	void resume() {
		signal("CONT");
		this.stopped = false;
	}

	/** End it, whatever it is doing. */
	@Override
	public void close() {
		this.process.destroyForcibly();
		ALIVE.remove(this.process);
	}

	private void signal(String name) {
		try {
			Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
			assertThat(kill.waitFor()).as("exit value of kill -%s %s", name, pid()).isZero();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

	private boolean allThreadsAreStopped() {
		Path tasks = Path.of("/proc", Long.toString(pid()), "task");
		try (Stream<Path> threads = Files.list(tasks)) {
			return threads.map((thread) -> thread.resolve("stat")).allMatch(ChildProcess::isStopped);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isStopped(Path stat) {
		try {
			String text = Files.readString(stat);
			// the state follows the name, which may hold anything but is in parentheses
			return text.startsWith("T", text.lastIndexOf(')') + 2);
		}
		catch (IOException ex) {
			// the thread has ended
			return true;
		}
	}

	private Thread read(String what, InputStream stream, Consumer<String> lines, Runnable onEnd) {
		Thread thread = new Thread(() -> {
			try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					lines.accept(line);
				}
			}
			catch (IOException ex) {
				// it was ended
			}
			finally {
				onEnd.run();
			}
		}, what + " of " + pid());
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void error(String line) {
		if (this.errors.length() < MAX_ERRORS) {
			this.errors.append(line).append('\n');
		}
	}

}
