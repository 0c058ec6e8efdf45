package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.coordination.Acquirable;
import io.github.coordination.Barrier;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.Election;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.Guarantees;
import io.github.coordination.Latch;
import io.github.coordination.LockQueue;
import io.github.coordination.NamedLock;
import io.github.coordination.NamedReadWriteLock;
import io.github.coordination.NamedSemaphore;
import io.github.coordination.Partitioner;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Entry;

/**
 * Hands out the recipes of one session, and ends them in order.
 */
final class RecipeCoordinator implements Coordinator {

	private final Context context;

	private final Runnable onClose;

	private final ThreadHolds holds = new ThreadHolds();

	private final Map<String, QueuedElection> elections = new ConcurrentHashMap<>();

	private final Map<String, SessionGroup> groups = new ConcurrentHashMap<>();

	private final Map<String, RingPartitioner> partitioners = new ConcurrentHashMap<>();

	/** Closed by the application; their listeners may still be at work. */
	private final Set<RingPartitioner> closing = ConcurrentHashMap.newKeySet();

	private final Snapshots snapshots;

	private final Inspection inspection;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create it.
	 * @param onClose what to do after the session was closed
	 */
	RecipeCoordinator(Context context, Runnable onClose) {
		this.context = context;
		this.onClose = onClose;
		this.snapshots = new Snapshots(context, this.elections.values(), this.groups.values(),
				this.partitioners.values());
		this.inspection = new Inspection(context);
		context.engine().addListener((state) -> context.listeners().tell((listener) -> listener.onStateChanged(state)));
	}

	@Override
	public NamedLock lock(String name) {
		return QueuedLock.exclusive(this.context, this.holds, name);
	}

	@Override
	public Acquirable locks(String... names) {
		return locks(Stream.of(names).distinct().map(this::lock).toList());
	}

	@Override
	public Acquirable locks(Collection<? extends Acquirable> all) {
		return new Several(all, this.context.environment().clock());
	}

	@Override
	public NamedReadWriteLock readWriteLock(String name) {
		return new QueuedReadWriteLock(name, QueuedLock.reader(this.context, this.holds, name), lock(name));
	}

	@Override
	public NamedSemaphore semaphore(String name, int permits) {
		return new QueuedSemaphore(this.context, name, requirePositive("permits", permits));
	}

	@Override
	public Election election(String name) {
		return named(this.elections, name, (key) -> new QueuedElection(this.context, key));
	}

	@Override
	public Group group(String name) {
		return named(this.groups, name, (key) -> new SessionGroup(this.context, key));
	}

	@Override
	public List<String> groups() {
		return this.context.openBackend()
			.list(this.context.directory(SessionGroup.MARKERS, "all"))
			.stream()
			.map(Entry::id)
			.toList();
	}

	@Override
	public Partitioner partition(String group) {
		this.context.requireOpen();
		return named(this.partitioners, group, (key) -> new RingPartitioner(this.context, key, (closed) -> {
			this.closing.add(closed);
			this.partitioners.remove(key, closed);
		}, this.closing::remove));
	}

	@Override
	public Barrier barrier(String name, int parties) {
		return new GenerationBarrier(this.context, name, requirePositive("parties", parties));
	}

	@Override
	public Latch latch(String name, int count) {
		return new CountLatch(this.context, name, requirePositive("count", count));
	}

	@Override
	public Guarantees guarantees() {
		return this.context.backend().guarantees();
	}

	@Override
	public String memberId() {
		return this.context.memberId();
	}

	@Override
	public SessionState state() {
		return this.context.engine().state();
	}

	@Override
	public CoordinatorSnapshot snapshot() {
		return this.snapshots.take();
	}

	@Override
	public LockQueue queue(String lock) {
		return this.inspection.look(lock);
	}

	@Override
	public boolean forceRelease(String lock, FencingToken token) {
		return this.inspection.forceRelease(lock, token);
	}

	@Override
	public Subscription onChange(CoordinatorListener listener) {
		return this.context.listeners().add(listener);
	}

	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		List<CompletableFuture<Void>> told = new ArrayList<>();
		Stream.concat(this.partitioners.values().stream(), this.closing.stream())
			.forEach((each) -> told.add(each.shutDown()));
		this.elections.values().forEach((each) -> told.add(each.shutDown()));
		awaitRevoked(CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)));
		this.context.engine().close();
		this.context.queues().close();
		this.onClose.run();
	}

	@Override
	public String toString() {
		return "Coordinator[" + this.context.memberId() + ", " + state() + "]";
	}

	/** Find what has a name, or make it, and tell those who keep count. */
	private <T> T named(Map<String, T> known, String name, Function<String, T> make) {
		T existing = known.get(name);
		if (existing != null) {
			return existing;
		}
		T made = known.computeIfAbsent(name, make);
		// two that ask at once both tell, which is harmless
		this.context.listeners().tell(CoordinatorListener::onNamesChanged);
		return made;
	}

	/**
	 * All at once, and a little more than the limit of each, because a step may be
	 * running.
	 */
	private void awaitRevoked(CompletableFuture<Void> told) {
		try {
			told.get(this.context.options().revocationTimeout().plus(this.context.recheck()).toNanos(),
					TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			System.getLogger(RecipeCoordinator.class.getName())
				.log(System.Logger.Level.WARNING, "Listeners did not stop in time; closing without them");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int requirePositive(String what, int number) {
		if (number < 1) {
			throw new IllegalArgumentException(what + " is " + number + ": use at least 1");
		}
		return number;
	}

}
