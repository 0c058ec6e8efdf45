package io.github.coordination.recipe;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.Member;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;
import io.github.coordination.session.Lease;
import io.github.coordination.session.Tracked;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

/**
 * A group is a directory with an entry per member, bound to the member's session, and a
 * marker in a directory of all groups, which keeps the group known while it is empty.
 *
 * <ol>
 * <li>A member creates its entry, then the marker. If an entry of its id is there
 * already, it is its own of an earlier session, and is deleted by its known revision; or
 * that of a dying namesake, and is waited for; or that of a living one, and joining
 * fails.
 * <li>Deleting a group deletes the marker, then looks for members, and puts the marker
 * back if somebody came.
 * <li>Listeners are told the difference between one reading of the directory and the
 * next.
 * </ol>
 */
final class SessionGroup implements Group {

	/** Directory of all markers; each has a group's name as its id. */
	static final String MARKERS = "groups";

	private static final byte[] NOTHING = new byte[0];

	private final Context context;

	private final Directory directory;

	private final EntryKey marker;

	private final EntryKey own;

	private final Reconciler reconciler;

	private final GroupNews news;

	private final Sightings sightings;

	/** What this member says of itself, {@code null} while it does not want to be in. */
	private final AtomicReference<byte @Nullable []> wanted = new AtomicReference<>();

	/** Held by whoever joins: what a join that fails falls back to is what was before. */
	private final ReentrantLock joining = new ReentrantLock();

	/** Used by steps: forgets to look again for a namesake that is in the way. */
	private Runnable cancelRetry = () -> {
	};

	/** How many members a step saw, {@code null} while nobody here watches. */
	private volatile @Nullable Integer size;

	/** Used by steps: the entry of the last session this member was in. */
	private @Nullable Membership membership;

	SessionGroup(Context context, String name) {
		this.context = context;
		this.directory = context.directory("group", name);
		this.marker = context.directory(MARKERS, "all").entry(name);
		this.own = this.directory.entry(context.memberId());
		this.news = new GroupNews(context.environment().callbacks());
		this.sightings = new Sightings(context.environment().clock());
		this.reconciler = new Reconciler(context, List.of(this.directory), (change) -> true, this::step);
	}

	@Override
	public String name() {
		return this.directory.name();
	}

	@Override
	public boolean create() {
		return backend().create(this.marker, NOTHING).isPresent();
	}

	@Override
	public boolean delete() {
		Optional<Entry> existing = backend().get(this.marker);
		boolean populated = !backend().list(this.directory).isEmpty();
		boolean deleted = !populated && existing.isPresent() && backend().delete(existing.get());
		if (deleted && !backend().list(this.directory).isEmpty()) {
			// somebody joined between the look and the deletion
			create();
			populated = true;
		}
		if (populated) {
			throw new MisuseException("the group '" + name() + "' has members: wait until they have left");
		}
		return deleted;
	}

	@Override
	public boolean exists() {
		return backend().get(this.marker).isPresent() || !backend().list(this.directory).isEmpty();
	}

	@Override
	public void join(Map<String, String> metadata) throws InterruptedException {
		this.context.requireOpen();
		byte[] value = this.context.self(metadata);
		this.joining.lockInterruptibly();
		try {
			join(value);
		}
		finally {
			this.joining.unlock();
		}
	}

	private void join(byte[] value) throws InterruptedException {
		byte[] before = this.wanted.getAndSet(value);
		Duration patience = this.context.options().ttl().plus(this.context.backend().guarantees().noticeBound());
		Deadline deadline = Deadline.after(this.context.environment().clock(), patience);
		try {
			while (!this.reconciler.call(this::enter)) {
				if (deadline.hasPassed()) {
					throw new MisuseException("the group '" + name() + "' has a living member '" + this.own.id()
							+ "' already: give every process a member id of its own");
				}
				LockSupport.parkNanos(this.context.pause().toNanos());
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
			}
		}
		catch (RuntimeException | InterruptedException ex) {
			// not joined by this call; but one that had joined stays in
			this.wanted.compareAndSet(value, before);
			this.reconciler.execute(this::withdraw);
			throw ex;
		}
	}

	@Override
	public void update(Map<String, String> metadata) {
		byte[] value = this.context.self(metadata);
		if (this.wanted.updateAndGet((joined) -> (joined != null) ? value : null) == null) {
			throw new MisuseException("this process has not joined the group '" + name() + "'");
		}
		callUninterrupted(this::enter);
	}

	@Override
	public void leave() {
		this.wanted.set(null);
		callUninterrupted(this::withdraw);
	}

	@Override
	public boolean isJoined() {
		return this.wanted.get() != null;
	}

	@Override
	public List<Member> members() {
		return present().stream().flatMap((entry) -> MemberCodec.decode(entry).stream()).toList();
	}

	@Override
	public boolean isUp(String memberId) {
		Instant asked = this.sightings.now();
		Optional<Entry> found = backend().get(this.directory.entry(memberId));
		this.sightings.note(asked, found.stream().toList());
		return found.isPresent();
	}

	@Override
	public Optional<Instant> lastSeen(String memberId) {
		return this.sightings.of(memberId);
	}

	private List<Entry> present() {
		Instant asked = this.sightings.now();
		List<Entry> present = backend().list(this.directory);
		this.sightings.note(asked, present);
		return present;
	}

	@Override
	public Subscription onChange(GroupListener listener) {
		Listeners.Registered<GroupListener> added = this.news.prepare(listener);
		this.reconciler.execute(() -> this.news.add(added));
		return added;
	}

	CoordinatorSnapshot.Membership snapshot() {
		return new CoordinatorSnapshot.Membership(name(), isJoined(), this.size);
	}

	private boolean step() {
		this.cancelRetry.run();
		if (!enter()) {
			this.cancelRetry = this.context.environment()
				.timer()
				.schedule(this.context.pause(), this.reconciler::trigger);
		}
		if (!isJoined() && this.news.forgetIfUnheard()) {
			this.size = null;
			return false;
		}
		Map<String, Entry> present = new LinkedHashMap<>();
		present().forEach((entry) -> present.put(entry.id(), entry));
		verify(present.get(this.own.id()));
		this.news.tell(present);
		this.size = present.size();
		return true;
	}

	/**
	 * An entry that was taken over from a call of unknown outcome may still be deleted by
	 * another such call, and any entry by a stranger: then join again.
	 */
	private void verify(@Nullable Entry seen) {
		Membership current = this.membership;
		Entry known = (current != null) ? current.entry : null;
		if (current != null && known != null && (seen == null || seen.createRevision() != known.createRevision())) {
			current.giveUp();
			current.lost();
		}
	}

	/**
	 * Within a step: have an entry with the wanted value.
	 * @return {@code false} if a namesake is in the way
	 */
	private boolean enter() {
		byte[] value = this.wanted.get();
		if (value == null) {
			return true;
		}
		Membership current = this.membership;
		if (current == null || current.lost) {
			Entry old = (current != null) ? current.leftOver() : null;
			Lease lease = this.context.engine().lease();
			current = new Membership(lease, old);
			lease.track(this.own, current);
			this.membership = current;
		}
		if (current.entry == null && !current.create(value)) {
			return false;
		}
		return current.hasValue(value);
	}

	/** Within a step: have no entry, unless one is wanted. */
	private boolean withdraw() {
		Membership left = this.membership;
		if (!isJoined() && left != null) {
			this.membership = null;
			left.giveUp();
		}
		return true;
	}

	private void callUninterrupted(Supplier<Boolean> task) {
		this.context.requireOpen();
		try {
			this.reconciler.call(task);
		}
		catch (InterruptedException ex) {
			// the task goes on without the caller
			Thread.currentThread().interrupt();
		}
	}

	/** See to it that the group outlives its members. */
	private void mark() {
		try {
			create();
		}
		catch (IndeterminateResultException ex) {
			// that it may have come into being is no failure of a join
			create();
		}
	}

	private CoordinationBackend backend() {
		return this.context.openBackend();
	}

	/**
	 * This member's entry in one session. Used by steps, but for the loss.
	 */
	private final class Membership implements Tracked {

		private final Lease lease;

		/** This member's entry of an earlier session, in the way until it is gone. */
		private @Nullable Entry old;

		private volatile @Nullable Entry entry;

		private volatile boolean lost;

		/** Whether a value was sent and not confirmed, so that it may still arrive. */
		private boolean unconfirmed;

		Membership(Lease lease, @Nullable Entry old) {
			this.lease = lease;
			this.old = old;
		}

		/** What its session may have left behind, in the way of the next one. */
		@Nullable Entry leftOver() {
			return (this.entry != null) ? this.entry : this.old;
		}

		boolean create(byte[] value) {
			if (this.old != null) {
				backend().delete(this.old);
				this.old = null;
			}
			Entry created = this.lease.create(SessionGroup.this.own, value).orElse(null);
			if (created == null) {
				// an earlier call may have created it without our hearing of it
				Entry existing = backend().get(SessionGroup.this.own).orElse(null);
				if (existing == null || !this.lease.id().equals(existing.sessionId())) {
					return false;
				}
				created = existing;
			}
			this.entry = created;
			mark();
			return true;
		}

		boolean hasValue(byte[] value) {
			Entry current = this.entry;
			if (current == null || (!this.unconfirmed && Arrays.equals(current.value(), value))) {
				return true;
			}
			this.unconfirmed = true;
			Optional<Entry> changed = this.lease.replace(current, value);
			if (changed.isEmpty()) {
				// an earlier call may have replaced it without our hearing of it
				changed = backend().get(SessionGroup.this.own)
					.filter((existing) -> this.lease.id().equals(existing.sessionId()))
					.flatMap((existing) -> this.lease.replace(existing, value));
			}
			changed.ifPresent((replaced) -> {
				this.entry = replaced;
				this.unconfirmed = false;
			});
			return true;
		}

		void giveUp() {
			this.lease.giveUp(SessionGroup.this.own, this, this.entry);
		}

		@Override
		public @Nullable Entry entry() {
			return this.entry;
		}

		@Override
		public void lost() {
			this.lost = true;
			SessionGroup.this.reconciler.trigger();
		}

		@Override
		public void resumed() {
			SessionGroup.this.reconciler.trigger();
		}

	}

}
