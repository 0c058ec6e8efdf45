package io.github.coordination.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.process.CoordinatorProcess.Killed;
import io.github.coordination.recipe.RecipeCoordinatorFactory;
import io.github.coordination.session.SystemEnvironment;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What contracts of several processes work with: one store, as many processes as a test
 * asks for, a look into the store, and a judge who sees after each test that no two
 * processes had the same thing at the same time. A backend supplies the url; the store
 * says itself whether sessions live by their ttl. Each test has a namespace of its own.
 */
@Tag("process")
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ProcessesContract {

	private static final int SLOTS = 16;

	/** In which directories the recipes keep their queues. */
	private static final Map<String, String> KINDS = Map.of("lock", "lock", "read", "lock", "write", "lock", "permit",
			"semaphore", "election", "election", "barrier", "arrival");

	/** Of those who took over from the dead. */
	private static final List<Duration> TAKE_OVERS = new ArrayList<>();

	@RegisterExtension
	static final Processes PROCESSES = new Processes();

	private final SystemEnvironment environment = new SystemEnvironment(new SecureRandom());

	private final String namespace = "processes-" + this.environment.environment().newId();

	@TempDir
	private Path files;

	private CoordinationBackend store;

	private History history;

	/**
	 * Return the url of the store under test.
	 * @return the url
	 */
	protected abstract String url();

	/**
	 * Return the ttl of sessions, where tests wait for it to pass: short, but well above
	 * the pauses of the machine.
	 * @return the ttl
	 */
	protected Duration ttl() {
		return Duration.ofSeconds(3);
	}

	/**
	 * Return how long after a kill somebody else must have what the dead process had.
	 * @return the bound
	 */
	protected Duration takeOverBound() {
		Duration bound = this.store.guarantees().noticeBound().plusSeconds(1);
		return livesByTtl() ? bound.plus(ttl()) : bound;
	}

	@BeforeEach
	final void openStore() {
		CoordinatorOptions options = CoordinatorOptions.of(url()).withNamespace(this.namespace).withTtl(ttl());
		this.store = RecipeCoordinatorFactory.create(options, this.environment.environment());
		this.history = new History(!livesByTtl());
	}

	@AfterEach
	final void judge() {
		this.store.close();
		this.environment.close();
		this.history.requireOneHolderAtATime();
	}

	@AfterAll
	static void report(TestInfo test) {
		if (!TAKE_OVERS.isEmpty()) {
			List<Duration> sorted = TAKE_OVERS.stream().sorted().toList();
			System.out.printf("%s: taken over from killed processes %d times, after %d ms (median), %d ms (longest)%n",
					test.getDisplayName(), sorted.size(), sorted.get(sorted.size() / 2).toMillis(),
					sorted.get(sorted.size() - 1).toMillis());
			TAKE_OVERS.clear();
		}
	}

	/** Whether sessions end when the store does not hear of them. */
	final boolean livesByTtl() {
		return !this.store.guarantees().characteristics().contains(Characteristic.NON_TIMEOUT_BASED);
	}

	final String namespace() {
		return this.namespace;
	}

	final History history() {
		return this.history;
	}

	/**
	 * Start processes with the default ttl, where sessions do not live by it: then
	 * nothing that comes in time can come from a timer.
	 */
	final List<CoordinatorProcess> start(int count) {
		return start(count, livesByTtl() ? ttl() : Duration.ofSeconds(15));
	}

	/** Start processes and wait until they are connected. */
	final List<CoordinatorProcess> start(int count, Duration ttl) {
		List<CoordinatorProcess> started = startConnecting(count, ttl);
		started.forEach(CoordinatorProcess::memberId);
		return started;
	}

	/** Start processes, without waiting for them. */
	final List<CoordinatorProcess> startConnecting(int count, Duration ttl) {
		List<CoordinatorProcess> started = IntStream.range(0, count).mapToObj((i) -> PROCESSES.take()).toList();
		started.forEach((process) -> process.connect(this.history, url(), this.namespace, ttl, SLOTS));
		return started;
	}

	final CoordinatorProcess start() {
		return start(1).get(0);
	}

	/** Return what processes believe to have, as far as they say so. */
	final List<String> owned(List<CoordinatorProcess> processes) {
		return this.history.held((process) -> processes.stream().anyMatch((each) -> each.id().equals(process)));
	}

	static int slots() {
		return SLOTS;
	}

	/**
	 * Wait until so many have it or wait for it, those included that are dead and not yet
	 * noticed.
	 * @param name what to acquire, or {@code election/a} or {@code barrier/a}
	 */
	final void awaitPlaces(String name, int count) {
		String[] parts = name.split("/");
		Directory directory = new Directory(this.namespace, KINDS.get(parts[0]), parts[1]);
		// a look that the machine has no time for says nothing
		eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class)
			.until(() -> this.store.list(directory).size(), (size) -> size == count);
	}

	/** Note and check how long it took to take over from a process that was killed. */
	final void requireTakenOver(String name, Killed killed, long instant) {
		Duration taken = Duration.ofNanos(instant - killed.instant());
		TAKE_OVERS.add(taken);
		assertThat(taken).as("time to take over %s", name).isPositive().isLessThanOrEqualTo(takeOverBound());
	}

	/** Wait until anybody else has it after a process was killed. */
	final void awaitTakenOver(String name, Killed killed) {
		OptionalLong next = eventually().until(() -> this.history.firstAfter(name, killed.instant(), killed.process()),
				OptionalLong::isPresent);
		if (killed.names().contains(name)) {
			requireTakenOver(name, killed, next.getAsLong());
		}
	}

	/** Count under a lock, with little time in between. */
	final void startCounting(CoordinatorProcess process, String lock, int threads) {
		startCounting(process, lock, threads, Duration.ofNanos(300_000));
	}

	/** Count under a lock, without waiting for the process to begin. */
	final void startCounting(CoordinatorProcess process, String lock, int threads, Duration longestPause) {
		process.tell("count", lock, countFile(lock), threads, longestPause);
	}

	final void awaitCounting(CoordinatorProcess process) {
		long before = this.history.counted(process.id());
		eventually().until(() -> this.history.counted(process.id()) > before);
	}

	/**
	 * Nothing that was counted under a lock is missing.
	 * @param unspoken how many counts nobody had the time to speak of
	 */
	final void requireExactCount(String lock, int unspoken) {
		try (RandomAccessFile file = new RandomAccessFile(countFile(lock).toFile(), "r")) {
			this.history.requireExactCount(lock, CountingThread.read(file), unspoken);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Path countFile(String lock) {
		return this.files.resolve(lock.replace('/', '-'));
	}

	/** Wait for something that needs no particular time. */
	final ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(ttl().multipliedBy(3).plus(takeOverBound()).plusSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.pollInSameThread()
			.dontCatchUncaughtExceptions();
	}

	/** Let some time pass. */
	static void pass(Duration time) {
		Awaitility.await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
	}

	static String[] ids(CoordinatorProcess... processes) {
		return Stream.of(processes).map(CoordinatorProcess::memberId).toArray(String[]::new);
	}

}
