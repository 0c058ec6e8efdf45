package io.github.coordination.recipe;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.session.SystemEnvironment;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.TestEnvironment;
import io.github.coordination.test.FaultyBackend;

/**
 * What the contracts of the recipes work with: one store, as many coordinators as a test
 * asks for, a way to end their sessions and to disturb them, and a look into the store. A
 * backend's fixture supplies the url and, where closing it is not how a session ends that
 * is not heard of, {@link #kill}. There is a fixture for every test; a store may be
 * shared, since every fixture uses a namespace of its own.
 */
public abstract class CoordinatorFixture implements AutoCloseable {

	private static final Duration STEADY = Duration.ofSeconds(6);

	private final SystemEnvironment environment = new SystemEnvironment(new SecureRandom());

	private final Map<Coordinator, Client> clients = new ConcurrentHashMap<>();

	private final String namespace = "contract-" + this.environment.environment().newId();

	private boolean details = true;

	private CoordinationBackend store;

	/**
	 * Return the url of the store under test, always the same for one fixture.
	 * @return the url
	 */
	protected abstract String url();

	/**
	 * Build a client of the store under test; by default the one that its url names.
	 * @param config what to build from
	 * @return a new backend
	 */
	protected CoordinationBackend createBackend(BackendConfig config) {
		CoordinatorOptions options = CoordinatorOptions.of(url())
			.withNamespace(config.namespace())
			.withTtl(config.ttl());
		return RecipeCoordinatorFactory.create(options, config.environment());
	}

	/**
	 * End a session as the store would if it had not heard of it. When this returns, the
	 * store refuses the session; its entries may take longer to go.
	 * @param session a session of one of the backends
	 */
	protected void kill(BackendSession session) {
		session.close();
	}

	/**
	 * Return the ttl of the coordinators: short, since the end of a session is noticed at
	 * the next renewal, but well above the pauses of the machine.
	 * @return the ttl
	 */
	public Duration ttl() {
		return Duration.ofSeconds(3);
	}

	/**
	 * Return how many cycles the endurance tests run; fewer only where a store is slow.
	 * @return the number of cycles
	 */
	public int cycles() {
		return 10_000;
	}

	/**
	 * Let watches of coordinators that are made from now on report that something
	 * changed, but never what.
	 * @return this fixture
	 */
	public final CoordinatorFixture withoutDetails() {
		this.details = false;
		return this;
	}

	/**
	 * Return a coordinator that is closed after the test.
	 * @return a new coordinator of the store
	 */
	public final Coordinator newCoordinator() {
		return newCoordinator(UnaryOperator.identity());
	}

	/**
	 * Return a coordinator whose session outlives what a test does to the machine.
	 * @return a new coordinator of the store
	 */
	public final Coordinator newSteadyCoordinator() {
		return newCoordinator((options) -> options.withTtl(STEADY));
	}

	/**
	 * Return a coordinator of whose timers none runs out within a test: what it does, it
	 * does because it was told of a change.
	 * @return a new coordinator of the store
	 */
	public final Coordinator newPatientCoordinator() {
		return newCoordinator((options) -> options.withTtl(Duration.ofMinutes(10)));
	}

	/**
	 * Return a coordinator that is closed after the test.
	 * @param customizer changes what is to differ from the other coordinators
	 * @return a new coordinator of the store
	 */
	public final Coordinator newCoordinator(UnaryOperator<CoordinatorOptions> customizer) {
		CoordinatorOptions options = customizer
			.apply(CoordinatorOptions.of(url()).withNamespace(this.namespace).withTtl(ttl()));
		SystemEnvironment own = new SystemEnvironment(new SecureRandom());
		SessionRecorder recorder = new SessionRecorder(createBackend(options, own.environment()));
		FaultyBackend faults = new FaultyBackend(recorder, own.environment());
		if (!this.details) {
			faults.withoutDetails();
		}
		Coordinator coordinator = RecipeCoordinatorFactory.connect(options, faults, own.environment(), own::close);
		this.clients.put(coordinator, new Client(recorder, faults));
		return coordinator;
	}

	/**
	 * End a coordinator's session as the store would if it had not heard of it. The
	 * coordinator learns of it from the store, at its next renewal at the latest.
	 * @param coordinator the coordinator
	 */
	public final void endSession(Coordinator coordinator) {
		client(coordinator).recorder().takeAll().forEach(this::kill);
	}

	/**
	 * End a coordinator's session as the store would, and wait until the coordinator
	 * knows and has told its listeners so.
	 * @param coordinator the coordinator
	 */
	public final void loseSession(Coordinator coordinator) {
		// one that was lost a moment ago has none that could be lost
		eventually().until(() -> coordinator.state() == SessionState.CONNECTED);
		AtomicBoolean lost = new AtomicBoolean();
		Subscription subscription = coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				lost.compareAndSet(false, state == SessionState.LOST);
			}

		});
		endSession(coordinator);
		try {
			// sooner than at the next renewal
			coordinator.lock("unused-" + this.environment.environment().newId())
				.tryAcquire()
				.ifPresent(LockHandle::close);
		}
		catch (SessionLostException | BackendUnavailableException ex) {
			// as it must be
		}
		eventually().untilTrue(lost);
		subscription.close();
	}

	/**
	 * Return what stands between a coordinator and its store, to make it fail.
	 * @param coordinator the coordinator
	 * @return its backend, without faults until it is given some
	 */
	public final FaultyBackend faults(Coordinator coordinator) {
		return client(coordinator).faults();
	}

	/**
	 * Return a client of the store that belongs to no coordinator, to look into it.
	 * @return the client, always the same
	 */
	public final CoordinationBackend store() {
		if (this.store == null) {
			CoordinatorOptions options = CoordinatorOptions.of(url()).withNamespace(this.namespace).withTtl(ttl());
			this.store = createBackend(options, this.environment.environment());
		}
		return this.store;
	}

	/**
	 * Return a directory of the coordinators' namespace.
	 * @param kind the recipe's word for it
	 * @param name the user's name
	 * @return the directory
	 */
	public final Directory directory(String kind, String name) {
		return new Directory(this.namespace, kind, name);
	}

	/**
	 * Look into the store.
	 * @param kind the recipe's word for it
	 * @param name the user's name
	 * @return the entries, the oldest first
	 */
	public final List<Entry> entries(String kind, String name) {
		return store().list(directory(kind, name));
	}

	/**
	 * Let a thread wait in a queue of the store, and see it there. The entries alone do
	 * not tell: an attempt that is refused may show for a moment, before the one that
	 * waits.
	 * @param kind the recipe's word for the queue
	 * @param name the user's name
	 * @param acquisition what waits
	 * @return the thread
	 */
	final Worker<LockHandle> queue(String kind, String name, Callable<LockHandle> acquisition) {
		int before = entries(kind, name).size();
		Worker<LockHandle> waiter = Worker.start(acquisition);
		eventually().until(() -> waiter.isQueued() && entries(kind, name).size() == before + 1);
		return waiter;
	}

	/**
	 * Whether sessions end when the store does not hear of them, so that there is a local
	 * deadline.
	 * @return {@code false} if they live as long as the process
	 */
	public final boolean expires() {
		return !store().guarantees().characteristics().contains(Characteristic.NON_TIMEOUT_BASED);
	}

	/**
	 * Wait for something that needs no particular time, at most for as long as it takes
	 * to notice that a session is over, and then some.
	 * @return what waits
	 */
	public final ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(ttl().multipliedBy(3).plus(store().guarantees().noticeBound()).plusSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.pollInSameThread()
			.dontCatchUncaughtExceptions();
	}

	/**
	 * End all disturbances, close all coordinators and the store's client.
	 */
	@Override
	public void close() {
		this.clients.values().forEach((client) -> client.faults().heal());
		this.clients.keySet().forEach(Coordinator::close);
		if (this.store != null) {
			this.store.close();
		}
		this.environment.close();
	}

	private CoordinationBackend createBackend(CoordinatorOptions options, Environment environment) {
		return createBackend(new BackendConfig(BackendUrl.parse(options.url()), options.namespace(), options.ttl(),
				TestEnvironment.CALL_TIMEOUT, environment, options.clients()));
	}

	private Client client(Coordinator coordinator) {
		Client client = this.clients.get(coordinator);
		if (client == null) {
			throw new IllegalArgumentException(coordinator + " is not one of this fixture");
		}
		return client;
	}

	/**
	 * What a coordinator talks to.
	 *
	 * @param recorder knows its sessions
	 * @param faults makes it fail
	 */
	private record Client(SessionRecorder recorder, FaultyBackend faults) {
	}

}
