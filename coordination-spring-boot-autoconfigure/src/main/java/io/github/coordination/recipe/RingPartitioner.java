package io.github.coordination.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.PartitionListener;
import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.ring.HashRing;
import io.github.coordination.session.Lease;
import io.github.coordination.session.Tracked;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

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

	private static final String WEIGHT = "weight";

	/** More would let one member's metadata exhaust everybody's memory. */
	private static final int MAX_WEIGHT = 100;

	private final Context context;

	private final Directory members;

	private final Directory slots;

	private final int count;

	private final Runnable onClose;

	private final Reconciler reconciler;

	private final Listeners<PartitionListener> listeners;

	/** Held, briefly, by whoever gains or loses slots, so that both are told in order. */
	private final ReentrantLock news = new ReentrantLock();

	/** Slots owned, or asked for. */
	private final Map<Integer, Slot> claimed = new ConcurrentHashMap<>();

	private volatile HashRing ring = HashRing.of(Map.of());

	private volatile boolean closed;

	RingPartitioner(Context context, String group, Runnable onClose) {
		this.context = context;
		this.members = context.directory("group", group);
		this.slots = context.directory("slot", group);
		this.count = context.options().slots();
		this.onClose = onClose;
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
		return this.count;
	}

	@Override
	public int slotOf(String key) {
		// String.hashCode is specified, so it is the same everywhere; the rest spreads it
		// (finalizer of MurmurHash3 by Austin Appleby)
		int hash = key.hashCode();
		hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
		return Integer.remainderUnsigned(hash ^ (hash >>> 16), this.count);
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
			.map((slot) -> slot.number)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	@Override
	public FencingToken fencingToken(String key) {
		Slot slot = this.claimed.get(slotOf(key));
		Entry entry = (slot != null) ? slot.entry : null;
		if (slot == null || entry == null || !slot.isOwned()) {
			throw new LockLostException("this process does not own the slot of '" + key + "' in '" + group() + "'");
		}
		return new FencingToken(entry.createRevision());
	}

	@Override
	public Optional<String> ownerOf(String key) {
		return this.ring.owner(ringKey(slotOf(key)));
	}

	@Override
	public Set<String> ownersOf(String key, int replicas) {
		return this.ring.owners(ringKey(slotOf(key)), replicas);
	}

	@Override
	public Subscription onChange(PartitionListener listener) {
		Listeners.Registered<PartitionListener> added = this.listeners.prepare(listener);
		this.reconciler.execute(() -> {
			this.news.lock();
			try {
				Set<Integer> owned = mine();
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
		this.closed = true;
		this.onClose.run();
		try {
			this.reconciler.call(() -> {
				revoke(Set.copyOf(this.claimed.values()), true);
				return true;
			});
		}
		catch (InterruptedException ex) {
			// it goes on without the caller
			Thread.currentThread().interrupt();
		}
	}

	/** Stop owning and tell the listeners; the entries go with the session. */
	CompletableFuture<Void> shutDown() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.reconciler.execute(() -> {
			this.closed = true;
			revoke(Set.copyOf(this.claimed.values()), false);
			done.complete(null);
		});
		return done;
	}

	private boolean step() {
		if (this.closed) {
			return false;
		}
		see(this.context.backend().list(this.members));
		revoke(this.claimed.values()
			.stream()
			.filter((slot) -> slot.isLost() || !isWanted(slot.number))
			.collect(Collectors.toSet()), true);
		claim();
		return true;
	}

	private void see(List<Entry> present) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		for (Entry entry : present) {
			MemberCodec.decode(entry).ifPresent((member) -> weights.put(member.id(), weight(member.metadata())));
		}
		if (!weights.equals(this.ring.weights())) {
			this.ring = HashRing.of(weights);
		}
	}

	private boolean isWanted(int slot) {
		return this.ring.owner(ringKey(slot)).filter(this.context.memberId()::equals).isPresent();
	}

	/** Take what should be this process's and is free. */
	private void claim() {
		if (!this.ring.weights().containsKey(this.context.memberId())) {
			return;
		}
		Map<String, Entry> taken = this.context.backend()
			.list(this.slots)
			.stream()
			.collect(Collectors.toMap(Entry::id, (entry) -> entry));
		Set<Integer> gained = new TreeSet<>();
		try {
			for (int number = 0; number < this.count; number++) {
				if (isWanted(number) && claim(number, taken.get(Integer.toString(number)))) {
					gained.add(number);
				}
			}
		}
		finally {
			assign(gained);
		}
	}

	private boolean claim(int number, @Nullable Entry existing) {
		Slot slot = this.claimed.get(number);
		if (slot != null && slot.entry != null) {
			return false;
		}
		if (slot == null) {
			if (existing != null) {
				return false;
			}
			slot = new Slot(number, this.context.engine().lease());
			slot.lease.track(slot.key, slot);
			this.claimed.put(number, slot);
		}
		// an earlier call may have created it without our hearing of it
		Entry entry = (existing != null && slot.lease.id().equals(existing.sessionId())) ? existing
				: slot.lease.create(slot.key, this.context.self()).orElse(null);
		if (entry == null) {
			this.claimed.remove(number, slot);
			slot.giveUp();
			return false;
		}
		slot.entry = entry;
		return true;
	}

	private void assign(Set<Integer> gained) {
		this.news.lock();
		try {
			Set<Integer> owned = new TreeSet<>();
			for (Integer number : gained) {
				Slot slot = this.claimed.get(number);
				if (slot != null && slot.own()) {
					owned.add(number);
				}
			}
			if (!owned.isEmpty()) {
				this.listeners.tell((listener) -> listener.onAssigned(owned));
			}
		}
		finally {
			this.news.unlock();
		}
	}

	/** Stop owning slots; their entries go when the listeners have stopped using them. */
	private void revoke(Set<Slot> revoked, boolean release) {
		if (revoked.isEmpty()) {
			return;
		}
		Set<Integer> owned = new TreeSet<>();
		CompletableFuture<Void> told = CompletableFuture.completedFuture(null);
		this.news.lock();
		try {
			for (Slot slot : revoked) {
				if (slot.disown()) {
					owned.add(slot.number);
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
				this.claimed.remove(slot.number, slot);
				slot.giveUp();
			}
		}
	}

	private String ringKey(int slot) {
		return group() + '/' + slot;
	}

	private static int weight(Map<String, String> metadata) {
		try {
			return Math.max(1, Math.min(Integer.parseInt(metadata.getOrDefault(WEIGHT, "1").strip()), MAX_WEIGHT));
		}
		catch (NumberFormatException ex) {
			return 1;
		}
	}

	/**
	 * One slot's entry in one session.
	 */
	private final class Slot implements Tracked {

		private final int number;

		private final Lease lease;

		private final EntryKey key;

		private volatile @Nullable Entry entry;

		/** Whether the listeners think so; guarded by the news lock. */
		private volatile boolean owned;

		private volatile boolean lost;

		Slot(int number, Lease lease) {
			this.number = number;
			this.lease = lease;
			this.key = RingPartitioner.this.slots.entry(Integer.toString(number));
		}

		boolean isOwned() {
			return this.owned && !this.lost && this.lease.isLive();
		}

		boolean isLost() {
			return this.lost;
		}

		boolean own() {
			this.owned = !this.lost && this.lease.isConnected();
			return this.owned;
		}

		boolean disown() {
			boolean was = this.owned;
			this.owned = false;
			return was;
		}

		void giveUp() {
			this.lease.giveUp(this.key, this.entry);
		}

		@Override
		public @Nullable Entry entry() {
			return this.entry;
		}

		@Override
		public void lost() {
			this.lost = true;
			RingPartitioner.this.reconciler.trigger();
		}

		@Override
		public void resumed() {
			RingPartitioner.this.reconciler.trigger();
		}

	}

}
