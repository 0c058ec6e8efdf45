package io.github.coordination.process;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A coordinator in a process of its own. What is acquired is named by what it is and what
 * it is called: {@code lock/a}, {@code read/a}, {@code write/a}, or {@code permit/a/3}
 * for one of three. A process that answers with a failure fails the test, and so does one
 * that does not answer, with what it wrote to its standard error.
 */
final class CoordinatorProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

	private final AtomicLong orders = new AtomicLong();

	private final ChildProcess child;

	private volatile History history;

	private volatile CompletableFuture<String> memberId;

	private volatile boolean over;

	private CoordinatorProcess() {
		this.child = ChildProcess.start(CoordinatorMain.class, this::hear, this::fail);
	}

	/** Start a process, without waiting for it. */
	static CoordinatorProcess start() {
		return new CoordinatorProcess();
	}

	/** Connect it, without waiting for it. */
	void connect(History history, String url, String namespace, Duration ttl, int slots) {
		this.history = history;
		this.memberId = tell("connect", url, namespace, ttl, slots);
	}

	/** Close its coordinator, without waiting for it; it can be connected again. */
	CompletableFuture<String> disconnect() {
		return tell("close");
	}

	String memberId() {
		return answer(this.memberId);
	}

	/** Return what the history knows it by. */
	String id() {
		return "process " + this.child.pid();
	}

	/** Return the last of what it wrote to its standard error. */
	String errors() {
		return this.child.errors();
	}

	Acquired acquire(String name) {
		return Acquired.parse(ask("acquire", name)).orElseThrow();
	}

	/**
	 * Begin to wait for it, and see it wait in the store's queue. The entries alone do
	 * not tell: an attempt that is refused may show for a moment, before the one that
	 * waits.
	 */
	CompletableFuture<Acquired> startAcquiring(String name) {
		CompletableFuture<String> answer = tell("acquire", name);
		ask("see-waiting", name);
		return answer.thenApply((granted) -> Acquired.parse(granted).orElseThrow());
	}

	Optional<Acquired> tryAcquire(String name) {
		return Acquired.parse(ask("try", name));
	}

	boolean release(String name) {
		return Boolean.parseBoolean(ask("release", name));
	}

	boolean isHeld(String name) {
		return Boolean.parseBoolean(ask("held", name));
	}

	boolean leads(String election) {
		return Boolean.parseBoolean(ask("leads", election));
	}

	List<String> names(Object... order) {
		String answer = ask(order);
		return answer.equals(CoordinatorMain.NOTHING) ? List.of() : List.of(answer.split(","));
	}

	/** Give an order and wait for the answer. */
	String ask(Object... order) {
		return answer(tell(order));
	}

	/** Give an order. */
	CompletableFuture<String> tell(Object... order) {
		String number = Long.toString(this.orders.incrementAndGet());
		CompletableFuture<String> answer = new CompletableFuture<>();
		this.answers.put(number, answer);
		if (this.over) {
			fail();
		}
		StringBuilder line = new StringBuilder(number);
		Arrays.stream(order).forEach((word) -> line.append(' ').append(word));
		this.child.send(line.toString());
		return answer;
	}

	/** Wait for an answer of this process. */
	<T> T answer(CompletableFuture<T> answer) {
		try {
			return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError(id() + " does not answer: " + errors(), ex);
		}
		catch (ExecutionException ex) {
			throw new AssertionError(id() + " failed: " + ex.getCause().getMessage() + "\n" + errors(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

	/** End it by SIGKILL. */
	Killed kill() {
		long instant = this.child.kill();
		return new Killed(id(), instant, this.history.killed(id(), instant));
	}

	void stop() {
		this.child.stop();
	}

	void resume() {
		this.child.resume();
	}

	boolean isStopped() {
		return this.child.isStopped();
	}

	boolean isAlive() {
		return this.child.isAlive();
	}

	@Override
	public void close() {
		this.child.close();
	}

	@Override
	public String toString() {
		return id();
	}

	private void hear(String line) {
		String[] words = line.split(" ", 3);
		CompletableFuture<String> answer = this.answers.remove(words[0]);
		if (answer == null) {
			this.history.add(id(), line.split(" "));
		}
		else if (words[1].equals(CoordinatorMain.OK)) {
			answer.complete(words[2]);
		}
		else {
			answer.completeExceptionally(new IllegalStateException(words[2]));
		}
	}

	private void fail() {
		this.over = true;
		this.answers.values()
			.forEach((answer) -> answer.completeExceptionally(new IllegalStateException("it has ended")));
	}

	/**
	 * Something that was acquired.
	 *
	 * @param token its token
	 * @param instant when the call returned
	 */
	record Acquired(long token, long instant) {

		private static Optional<Acquired> parse(String answer) {
			if (answer.equals(CoordinatorMain.NOTHING)) {
				return Optional.empty();
			}
			String[] words = answer.split(" ");
			return Optional.of(new Acquired(Long.parseLong(words[0]), Long.parseLong(words[1])));
		}

	}

	/**
	 * A process that was killed.
	 *
	 * @param process its name in the history
	 * @param instant when it was still alive
	 * @param names what it had, as far as it had the time to say so
	 */
	record Killed(String process, long instant, Set<String> names) {
	}

}
