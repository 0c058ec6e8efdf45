package io.github.coordination.recipe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.PartitionListener;
import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * Slots shared by the members of a group.
 *
 * <ol>
 * <li>A consistent-hash ring of the members, weighted by their metadata, says who should
 * own each slot. Everybody computes it from the group as last seen.
 * <li>A slot is an entry that its owner creates under its session; while it exists nobody
 * else can. Its creation revision is the owner's token.
 * <li>When the group changes, an owner first stops owning the slots that are not its own
 * any more, tells its listeners and waits for them, and then deletes the entries; who
 * should own them creates them when they are gone.
 * <li>When the session is lost, the slots have ended by its deadline, and step 2 follows
 * under the next session.
 * </ol>
 */
final class RingPartitioner implements Partitioner {

	private final Context context;

	private final Directory members;

	private final Directory slots;

	private final SlotRing ring;

	private final Consumer<RingPartitioner> onClose;

	private final Consumer<RingPartitioner> onClosed;

	private final Reconciler reconciler;

	private final Listeners<PartitionListener> listeners;

	/** Held, briefly, by whoever gains or loses slots, so that both are told in order. */
	private final ReentrantLock news = new ReentrantLock();

	/** Slots owned, or asked for. */
	private final Map<Integer, Slot> claimed = new ConcurrentHashMap<>();

	private volatile boolean closed;

	/**
	 * Create it.
	 * @param onClose told when it begins to close
	 * @param onClosed told when its listeners have stopped or had their time
	 */
	RingPartitioner(Context context, String group, Consumer<RingPartitioner> onClose,
			Consumer<RingPartitioner> onClosed) {
		this.context = context;
		this.members = context.directory("group", group);
		this.slots = context.directory("slot", group);
		this.ring = new SlotRing(group, context.options().slots());
		this.onClose = onClose;
		this.onClosed = onClosed;
		this.listeners = new Listeners<>(context.environment().callbacks());
		this.reconciler = new Reconciler(context, List.of(this.members, this.slots), (change) -> true, this::step);
		this.reconciler.trigger();
	}

	@Override
	public String group() {
		return this.members.name();
	}

	@Override
	public int slots() {
		return this.ring.slots();
	}

	@Override
	public int slotOf(String key) {
		return this.ring.slotOf(key);
	}

	@Override
	public boolean isMine(String key) {
		Slot slot = this.claimed.get(slotOf(key));
		return slot != null && slot.isOwned();
	}

	@Override
	public Set<Integer> mine() {
		return this.claimed.values()
			.stream()
			.filter(Slot::isOwned)
			.map(Slot::number)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Override
	public FencingToken fencingToken(String key) {
		Slot slot = this.claimed.get(slotOf(key));
		Entry entry = (slot != null) ? slot.entry() : null;
		if (slot == null || entry == null || !slot.isOwned()) {
			throw new LockLostException("this process does not own the slot of '" + key + "' in '" + group() + "'");
		}
		return new FencingToken(entry.createRevision());
	}

	@Override
	public Optional<String> ownerOf(String key) {
		return this.ring.owner(slotOf(key));
	}

	@Override
	public Set<String> ownersOf(String key, int replicas) {
		return this.ring.owners(slotOf(key), replicas);
	}

	@Override
	public Subscription onChange(PartitionListener listener) {
		Listeners.Registered<PartitionListener> added = this.listeners.prepare(listener);
		this.reconciler.execute(() -> {
			this.news.lock();
			try {
				Set<Integer> owned = this.claimed.values()
					.stream()
					.filter(Slot::isTold)
					.map(Slot::number)
					.collect(Collectors.toCollection(TreeSet::new));
				this.listeners.add(added, (told) -> {
					if (!owned.isEmpty()) {
						told.onAssigned(owned);
					}
				});
			}
			finally {
				this.news.unlock();
			}
		});
		return added;
	}

	@Override
	public void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		this.onClose.accept(this);
		try {
			this.reconciler.call(() -> {
				try {
					revoke(List.copyOf(this.claimed.values()), true);
				}
				finally {
					this.onClosed.accept(this);
				}
				return true;
			});
			this.reconciler.close();
		}
		catch (InterruptedException ex) {
			// it goes on without the caller
			Thread.currentThread().interrupt();
		}
	}

	CoordinatorSnapshot.Partitions snapshot() {
		return new CoordinatorSnapshot.Partitions(group(), slots(), List.copyOf(mine()));
	}

	/** Stop owning and tell the listeners; the entries go with the session. */
	CompletableFuture<Void> shutDown() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.reconciler.execute(() -> {
			this.closed = true;
			revoke(List.copyOf(this.claimed.values()), false);
			done.complete(null);
		});
		return done;
	}

	private boolean step() {
		if (this.closed) {
			return false;
		}
		this.ring.see(this.context.backend().list(this.members));
		revoke(this.claimed.values()
			.stream()
			.filter((slot) -> slot.isLost() || !this.ring.shouldOwn(this.context.memberId(), slot.number()))
			.toList(), true);
		try {
			claim();
		}
		finally {
			assign();
		}
		return true;
	}

	/** Take what should be this process's and is free. */
	private void claim() {
		List<Integer> wanted = IntStream.range(0, slots())
			.filter((number) -> this.ring.shouldOwn(this.context.memberId(), number))
			.filter((number) -> !this.claimed.containsKey(number) || this.claimed.get(number).entry() == null)
			.boxed()
			.toList();
		if (wanted.isEmpty()) {
			return;
		}
		Map<String, Entry> taken = this.context.backend()
			.list(this.slots)
			.stream()
			.collect(Collectors.toMap(Entry::id, (entry) -> entry));
		for (int number : wanted) {
			claim(number, taken.get(Integer.toString(number)));
		}
	}

	private void claim(int number, @Nullable Entry existing) {
		Slot slot = this.claimed.get(number);
		if (slot == null) {
			if (existing != null) {
				return;
			}
			slot = new Slot(number, this.context.engine().lease(), this.slots.entry(Integer.toString(number)),
					this::onSlotChange);
			this.claimed.put(number, slot);
		}
		if (!slot.claim(existing, this.context.self())) {
			this.claimed.remove(number, slot);
			slot.giveUp();
		}
	}

	/** Own what has been taken, as soon as the session is confirmed. */
	private void assign() {
		this.news.lock();
		try {
			Set<Integer> gained = this.claimed.values()
				.stream()
				.filter(Slot::own)
				.map(Slot::number)
				.collect(Collectors.toCollection(TreeSet::new));
			if (!gained.isEmpty()) {
				this.listeners.tell((listener) -> listener.onAssigned(gained));
			}
		}
		finally {
			this.news.unlock();
		}
	}

	/**
	 * What ended by itself is told at once, because a step may be waiting for a store
	 * that does not answer; of a session, the first slot speaks for all.
	 */
	private void onSlotChange() {
		this.news.lock();
		try {
			Set<Integer> owned = this.claimed.values()
				.stream()
				.filter((slot) -> slot.isLost() && slot.disown())
				.map(Slot::number)
				.collect(Collectors.toCollection(TreeSet::new));
			if (!owned.isEmpty()) {
				this.listeners.tell((listener) -> listener.onRevoked(owned));
			}
		}
		finally {
			this.news.unlock();
		}
		this.reconciler.trigger();
	}

	/** Stop owning slots; their entries go when the listeners have stopped using them. */
	private void revoke(List<Slot> revoked, boolean release) {
		if (revoked.isEmpty()) {
			return;
		}
		Set<Integer> owned = new TreeSet<>();
		CompletableFuture<Void> told = CompletableFuture.completedFuture(null);
		this.news.lock();
		try {
			for (Slot slot : revoked) {
				if (slot.disown()) {
					owned.add(slot.number());
				}
			}
			if (!owned.isEmpty()) {
				told = this.listeners.tell((listener) -> listener.onRevoked(owned));
			}
		}
		finally {
			this.news.unlock();
		}
		this.reconciler.awaitRevoked(told);
		if (release) {
			for (Slot slot : revoked) {
				this.claimed.remove(slot.number(), slot);
				slot.giveUp();
			}
		}
	}

}
