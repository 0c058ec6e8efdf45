package io.github.coordination.spi;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.ClientSource;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.WatchContract.ExpectedFailure;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every backend must do. A backend's test class extends it, or
 * {@link ExpiringBackendContract} if its sessions have a ttl, and supplies the store.
 * JUnit makes a new instance for every test, so a field of the subclass is a store per
 * test; a store may also be shared, since every test uses a namespace of its own. It has
 * one server: what one client was told is expected to be true for another at once.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class BackendContract
		implements EntryContract, NameContract, SessionContract, QueueContract, WatchContract, EnduranceContract {

	private final TestEnvironment environment = new TestEnvironment();

	private final List<CoordinationBackend> backends = new CopyOnWriteArrayList<>();

	private final List<BackendSession> sessions = new CopyOnWriteArrayList<>();

	private final AtomicLong attempts = new AtomicLong();

	private final String namespace = "contract-" + this.environment.environment().newId();

	private CoordinationBackend backend;

	/**
	 * Return the url of the store under test, always the same within one test.
	 * @return the url
	 */
	protected abstract String url();

	/**
	 * Build a client of the store under test. Called several times in a test.
	 * @param config what to build from
	 * @return a new backend
	 */
	protected abstract CoordinationBackend createBackend(BackendConfig config);

	/**
	 * End a session as the store would if it had not heard of it. When this returns, the
	 * store refuses the session; its entries may take longer to go.
	 * @param session a session that was opened by one of the backends
	 */
	protected abstract void killSession(BackendSession session);

	/**
	 * Return whether watches may say which entry changed. If not, the contract holds the
	 * backend to {@link Change#UNKNOWN}.
	 * @return whether changes may be named
	 */
	@Override
	public boolean namesChanges() {
		return true;
	}

	/**
	 * Put something into a directory that no backend would write, such as a broken value.
	 * Does nothing by default, for stores that nobody else can reach.
	 * @param directory where to put it; it has an entry already
	 */
	@Override
	public void plantForeignEntry(Directory directory) {
	}

	/**
	 * Return the ttl of all sessions but those that are to expire.
	 * @return the ttl
	 */
	protected Duration ttl() {
		return Duration.ofSeconds(15);
	}

	/**
	 * Return how many cycles the endurance tests run; fewer only where a store is slow.
	 * @return the number of cycles
	 */
	@Override
	public int cycles() {
		return 10_000;
	}

	@BeforeEach
	void openFirstBackend() {
		this.backend = newBackend();
	}

	/** Limited by itself: the limit of the class does not hold for it. */
	@AfterEach
	@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void closeEverything() {
		this.sessions.forEach(BackendSession::close);
		this.backends.forEach(CoordinationBackend::close);
		List<Throwable> failures = this.environment.failures();
		this.environment.close();
		assertThat(failures).as("thrown by tasks of the backend")
			.allSatisfy((failure) -> assertThat(failure).isInstanceOf(ExpectedFailure.class));
	}

	@Override
	public final CoordinationBackend backend() {
		return this.backend;
	}

	@Override
	public final CoordinationBackend newBackend() {
		return newBackend(this.namespace);
	}

	@Override
	public final CoordinationBackend newBackend(String namespace) {
		CoordinationBackend created = createBackend(new BackendConfig(BackendUrl.parse(url()), namespace, ttl(),
				TestEnvironment.CALL_TIMEOUT, this.environment.environment(), ClientSource.of()));
		this.backends.add(created);
		return created;
	}

	@Override
	public final BackendSession newSession(CoordinationBackend backend) {
		BackendSession session = newSession(backend, ttl());
		if (session.grant().safeTtl() != null) {
			keepAlive(session);
		}
		return session;
	}

	/**
	 * Open a session that nobody renews.
	 * @param backend where to open it
	 * @param ttl what to ask for
	 * @return the session
	 */
	final BackendSession newSession(CoordinationBackend backend, Duration ttl) {
		BackendSession session = backend.open(ttl);
		this.sessions.add(session);
		return session;
	}

	@Override
	public final void kill(BackendSession session) {
		killSession(session);
	}

	@Override
	public final Directory directory(String name) {
		return new Directory(this.namespace, "group", name);
	}

	@Override
	public final Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	@Override
	public final String attempt(BackendSession session) {
		return session.id() + "." + this.attempts.incrementAndGet();
	}

	private void keepAlive(BackendSession session) {
		Environment threads = this.environment.environment();
		threads.timer().schedule(session.grant().ttl().dividedBy(3), () -> threads.heart().execute(() -> {
			try {
				session.renew();
				keepAlive(session);
			}
			catch (SessionLostException ex) {
				// the test will say whether that is wrong
			}
			catch (CoordinationException ex) {
				keepAlive(session);
			}
		}));
	}

}
