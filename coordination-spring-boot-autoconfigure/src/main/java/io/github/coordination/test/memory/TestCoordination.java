package io.github.coordination.test.memory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.LockHandle;
import io.github.coordination.LockQueue;
import io.github.coordination.Member;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.test.Fault;
import io.github.coordination.test.Operation;

/**
 * Drives the coordination of an application under test. The application's
 * {@link #coordinator() coordinator} is a real one on a store in memory that nobody else
 * uses; the other processes it meets there, the <em>strangers</em>, are real ones too.
 *
 * <p>
 * Time goes on with the machine's, so that a wait ends by itself, and can be
 * {@linkplain #advance set forward}. Unlike the machine's it stands still while the JVM
 * does, so that a session is not lost in a debugger.
 *
 * <p>
 * When a method returns, the listeners of all processes have been called for what it did,
 * on whatever threads, and the Spring events were published; only a listener that itself
 * waits for something is left alone after a few seconds. What a listener hands to another
 * thread is not waited for. Safe for use by several threads, but two tests that share it
 * at the same time disturb each other.
 */
public final class TestCoordination implements AutoCloseable {

	private static final String STRANGER = "stranger";

	private final CoordinatorOptions options;

	private final FlowingTime time;

	/** The application's. */
	private final ProcessThreads threads;

	private final TestProcess application;

	private final Strangers strangers;

	private TestCoordination(CoordinatorOptions options) {
		Activity activity = new Activity();
		this.options = CoordinatorOptions.of("local:" + UUID.randomUUID() + "?expire=true")
			.withNamespace(options.namespace())
			.withMemberId(options.memberId())
			.withTtl(options.ttl())
			.withConnectTimeout(options.connectTimeout())
			.withRevocationTimeout(options.revocationTimeout())
			.withSlots(options.slots());
		this.time = new FlowingTime(activity);
		this.threads = new ProcessThreads("test", this.time.time(), activity);
		this.application = TestProcess.start(this.options, this.threads);
		this.strangers = new Strangers(this.options, new ProcessThreads(STRANGER, this.time.time(), activity));
		this.time.start();
	}

	/**
	 * Start with default options.
	 * @return coordination with a store of its own; close it at the end
	 */
	public static TestCoordination create() {
		return create(CoordinatorOptions.of("local:test"));
	}

	/**
	 * Start with other options.
	 * @param options how the coordinator is built; the url and the clients are not looked
	 * at
	 * @return coordination with a store of its own; close it at the end
	 */
	public static TestCoordination create(CoordinatorOptions options) {
		return new TestCoordination(options);
	}

	/**
	 * Return the coordinator of the application.
	 * @return the coordinator, always the same; closed with this
	 */
	public Coordinator coordinator() {
		return this.application.coordinator();
	}

	/**
	 * Let time go by for all processes, moment by moment: renewals are made when they are
	 * due, listeners are called, and whoever waits too long gives up. It counts for all
	 * durations of the coordinators; {@code maxHold} and {@code atLeastFor} of annotated
	 * methods, and threads in line behind another of their own process, go by the
	 * machine's time.
	 * @param duration how far to go
	 * @throws IllegalArgumentException if it is negative
	 */
	public void advance(Duration duration) {
		this.time.advance(duration);
		// they went to sleep for as long as the machine's clock would have needed
		this.application.backend().wakeWatches();
		this.strangers.wakeWatches();
		this.time.settle();
	}

	/**
	 * Let time stand still except for {@link #advance}, until {@link #startClock} or
	 * {@link #reset}. Whoever waits for a lock then waits until time is advanced.
	 */
	public void stopClock() {
		this.time.stop();
	}

	/**
	 * Let time go on after {@link #stopClock}.
	 */
	public void startClock() {
		this.time.start();
	}

	/**
	 * Wait until everything has happened that is under way, such as events after a call
	 * of the coordinator.
	 */
	public void settle() {
		this.time.settle();
	}

	/**
	 * End the application's session, as a store does that has not heard of it: locks are
	 * lost, leaderships and partitions revoked. When this returns, the application has a
	 * new session, has joined its groups again and stands for its elections.
	 * @throws IllegalStateException if it has no session, or is paused
	 */
	public void loseSession() {
		requireRunning();
		if (coordinator().state() != SessionState.CONNECTED) {
			throw new IllegalStateException("no session can be lost: it is " + coordinator().state());
		}
		this.application.backend().endSessions();
		try {
			// it would learn of it at its next renewal
			coordinator().lock("unused-" + UUID.randomUUID()).tryAcquire().ifPresent(LockHandle::close);
		}
		catch (SessionLostException | BackendUnavailableException ex) {
			// as it must be
		}
		settle();
	}

	/**
	 * Make the store unreachable for the application, until {@link #heal} or
	 * {@link #reset}. Time goes by until the next renewal has failed, a third of the ttl
	 * at the most; then the coordinator is {@link SessionState#SUSPENDED}, and when its
	 * ttl passes, {@link SessionState#LOST}.
	 * @throws IllegalStateException if it is paused
	 */
	public void suspend() {
		requireRunning();
		this.application.backend().on(Operation.values()).always().unavailable();
		this.time.advanceUntil(() -> coordinator().state() != SessionState.CONNECTED, this.options.ttl());
	}

	/**
	 * End all faults. Time goes by until the coordinator has renewed its session or
	 * opened a new one, a small part of the ttl.
	 */
	public void heal() {
		this.application.backend().heal();
		if (!this.threads.isPaused()) {
			this.time.advanceUntil(() -> coordinator().state() == SessionState.CONNECTED
					|| coordinator().state() == SessionState.CLOSED, this.options.ttl());
		}
	}

	/**
	 * Stop the coordinator's own threads, as a long garbage collection does with the
	 * whole process, until {@link #resume} or {@link #reset}: nothing is renewed, and
	 * nobody is told anything. Time goes on for everybody else. The application's threads
	 * run; what they ask their handles is answered by the clock.
	 */
	public void pause() {
		settle();
		this.threads.pause();
	}

	/**
	 * Let the application go on after {@link #pause}, and find out what it has missed.
	 */
	public void resume() {
		this.threads.resume();
		settle();
	}

	/**
	 * Begin a fault of the application's next call to the store.
	 *
	 * <pre class="code">
	 * coordination.failNext(Operation.ENQUEUE).unavailable();
	 * </pre>
	 * @param operations what to strike; locks and elections use {@link Operation#ENQUEUE}
	 * and {@link Operation#DELETE}
	 * @return the fault, to be completed
	 */
	public Fault failNext(Operation... operations) {
		return this.application.backend().on(operations);
	}

	/**
	 * Return another process on the same store. It stays until {@link #reset}.
	 * @param memberId its name in groups and elections
	 * @return its coordinator, always the same for a name
	 * @throws IllegalArgumentException if it is the application's name
	 */
	public Coordinator stranger(String memberId) {
		if (memberId.equals(coordinator().memberId())) {
			throw new IllegalArgumentException("'" + memberId + "' is the application itself");
		}
		return this.strangers.get(memberId);
	}

	/**
	 * Let a stranger take a lock.
	 * @param name the lock's name
	 * @return the stranger's handle; close it to give the lock back
	 * @throws IllegalStateException if somebody holds it
	 */
	public LockHandle holdLock(String name) {
		LockHandle held = stranger(STRANGER).lock(name)
			.tryAcquire()
			.orElseThrow(() -> new IllegalStateException("somebody holds the lock '" + name + "'"));
		settle();
		return held;
	}

	/**
	 * Look into the store for the holder of a lock, without disturbing it. Of several
	 * readers it is the one that came first.
	 * @param name the lock's name
	 * @return the member id of the application or of a stranger, empty if the lock is
	 * free
	 */
	public Optional<String> lockHolder(String name) {
		return stranger(STRANGER).queue(name).holders().stream().findFirst().map(LockQueue.Contender::memberId);
	}

	/**
	 * Make the application the leader of an election, by letting all strangers leave it.
	 * @param election the election's name
	 * @throws IllegalStateException if the application does not stand for it, or cannot
	 * lead at the moment
	 */
	public void grantLeadership(String election) {
		for (Coordinator stranger : this.strangers.all()) {
			leave(stranger.election(election));
		}
		settle();
		if (!coordinator().election(election).isLeader()) {
			throw new IllegalStateException("the application does not lead '" + election + "': its session is "
					+ coordinator().state() + ", and the candidates are " + candidates(election));
		}
	}

	/**
	 * Make a stranger the leader of an election. The application stands down if it leads,
	 * and waits behind the stranger if it is a candidate.
	 * @param election the election's name
	 * @throws IllegalStateException if the application is paused or suspended
	 */
	public void revokeLeadership(String election) {
		requireRunning();
		Election others = stranger(STRANGER).election(election);
		others.join();
		settle();
		try {
			coordinator().election(election).standDown();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		settle();
		if (!others.isLeader()) {
			throw new IllegalStateException(
					"the stranger does not lead '" + election + "': the candidates are " + candidates(election));
		}
	}

	/**
	 * Let a stranger join a group, or replace the metadata of one that has joined.
	 * @param group the group's name
	 * @param memberId the stranger's id
	 * @param metadata what others see of it
	 */
	public void joinGroup(String group, String memberId, Map<String, String> metadata) {
		try {
			stranger(memberId).group(group).join(metadata);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		settle();
	}

	/**
	 * Let a stranger join a group without metadata.
	 * @param group the group's name
	 * @param memberId the stranger's id
	 */
	public void joinGroup(String group, String memberId) {
		joinGroup(group, memberId, Map.of());
	}

	/**
	 * Let a stranger leave a group.
	 * @param group the group's name
	 * @param memberId the stranger's id
	 */
	public void leaveGroup(String group, String memberId) {
		stranger(memberId).group(group).leave();
		settle();
	}

	/**
	 * Be as in the beginning for the next test: faults and pauses end, the clock goes on,
	 * and the strangers go with everything they have. What the application itself holds
	 * and has written stays, as do counted latches and barriers that were passed; and
	 * time does not go back.
	 */
	public void reset() {
		if (coordinator().state() == SessionState.CLOSED) {
			return;
		}
		startClock();
		this.threads.resume();
		this.strangers.dismiss();
		heal();
		settle();
	}

	/**
	 * Close the application's coordinator and all strangers. Closing twice is harmless.
	 */
	@Override
	public void close() {
		reset();
		coordinator().close();
		this.strangers.close();
		this.time.stop();
		this.threads.close();
	}

	private List<String> candidates(String election) {
		return stranger(STRANGER).election(election).candidates().stream().map(Member::id).toList();
	}

	private void requireRunning() {
		if (this.threads.isPaused()) {
			throw new IllegalStateException("the application is paused: resume it first");
		}
	}

	private static void leave(Election election) {
		try {
			election.leave();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static IllegalStateException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new IllegalStateException("interrupted while waiting for a stranger", ex);
	}

}
