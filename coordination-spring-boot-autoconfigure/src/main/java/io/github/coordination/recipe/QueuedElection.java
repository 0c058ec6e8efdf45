package io.github.coordination.recipe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Leader;
import io.github.coordination.LockLostException;
import io.github.coordination.Member;
import io.github.coordination.Subscription;
import io.github.coordination.session.Lease;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * An election is an ordered queue whose head leads.
 *
 * <ol>
 * <li>A candidate appends an entry that names it; the entry's creation revision will be
 * its term.
 * <li>Whoever finds its own entry at the head leads, if its session is confirmed at that
 * moment.
 * <li>To stand down, leadership first ends here, then the listeners are told and waited
 * for, and only then the entry is removed and the next one leads.
 * <li>When the session is lost, leadership has ended already by its deadline; the
 * listeners are told, and step 1 follows under the next session.
 * </ol>
 *
 * Only the removal of the head, or of the own entry, makes a candidate read the queue.
 */
final class QueuedElection implements Election {

	private final Context context;

	private final Directory directory;

	private final Reconciler reconciler;

	private final Listeners<ElectionListener> listeners;

	/**
	 * Held, for no longer than it takes to hand a call to the listeners' executor, by
	 * whoever begins or ends a term: so that the end of a term is never told before its
	 * beginning.
	 */
	private final ReentrantLock news = new ReentrantLock();

	/** The term that the listeners believe in; guarded by the news lock. */
	private @Nullable Candidacy told;

	/** Used by steps, read by anybody. */
	private volatile @Nullable Candidacy candidacy;

	/** Used by steps, read by anybody; its head leads. */
	private volatile @Nullable Entry head;

	/** Used by steps; {@code null} while not a candidate. */
	private byte @Nullable [] self;

	/** Used by steps: the coordinator is being closed. */
	private boolean closed;

	QueuedElection(Context context, String name) {
		this.context = context;
		this.directory = context.directory("election", name);
		this.listeners = new Listeners<>(context.environment().callbacks());
		this.reconciler = new Reconciler(context, List.of(this.directory), this::isRelevant, this::step);
	}

	@Override
	public String name() {
		return this.directory.name();
	}

	@Override
	public void join(Map<String, String> metadata) {
		this.context.requireOpen();
		byte[] value = this.context.self(metadata);
		this.reconciler.execute(() -> {
			if (this.self == null && !this.closed) {
				this.self = value;
			}
		});
	}

	@Override
	public boolean isLeader() {
		Candidacy current = this.candidacy;
		return current != null && current.isGranted();
	}

	@Override
	public FencingToken term() {
		Candidacy current = this.candidacy;
		if (current == null || !current.isGranted()) {
			throw new LockLostException("this process does not lead '" + name() + "'");
		}
		return current.term();
	}

	@Override
	public Optional<Leader> leader() {
		return this.context.openBackend().list(this.directory).stream().findFirst().flatMap(QueuedElection::leader);
	}

	@Override
	public List<Member> candidates() {
		return this.context.openBackend()
			.list(this.directory)
			.stream()
			.flatMap((entry) -> MemberCodec.decode(entry).stream())
			.toList();
	}

	@Override
	public boolean standDown() throws InterruptedException {
		this.context.requireOpen();
		return this.reconciler.call(() -> isLeader() && resign());
	}

	@Override
	public void leave() throws InterruptedException {
		this.context.requireOpen();
		this.reconciler.call(() -> {
			this.self = null;
			return resign();
		});
	}

	@Override
	public Subscription onChange(ElectionListener listener) {
		Listeners.Registered<ElectionListener> added = this.listeners.prepare(listener);
		this.reconciler.execute(() -> {
			this.news.lock();
			try {
				Entry leading = this.head;
				Candidacy granted = this.told;
				this.listeners.add(added, (told) -> {
					if (granted != null) {
						told.onGranted(granted.term());
					}
					if (leading != null) {
						told.onLeaderChanged(leader(leading));
					}
				});
			}
			finally {
				this.news.unlock();
			}
		});
		return added;
	}

	CoordinatorSnapshot.Candidacy snapshot() {
		Candidacy own = this.candidacy;
		Candidacy granted = (own != null && own.isGranted()) ? own : null;
		Entry leading = this.head;
		return new CoordinatorSnapshot.Candidacy(name(), own != null, granted != null,
				(granted != null) ? granted.term() : null, (granted != null) ? granted.since() : null,
				(leading != null) ? MemberCodec.decode(leading).map(Member::id).orElse(null) : null);
	}

	/** End leadership and tell the listeners; the entry goes with the session. */
	CompletableFuture<Void> shutDown() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.reconciler.execute(() -> {
			this.closed = true;
			this.self = null;
			Candidacy leaving = this.candidacy;
			if (leaving != null && leaving.endGrant()) {
				this.reconciler.awaitRevoked(revoked(leaving));
			}
			done.complete(null);
		});
		return done;
	}

	private boolean step() {
		if (this.self != null) {
			stand(this.self);
		}
		List<Entry> queue = this.context.backend().list(this.directory);
		Candidacy own = this.candidacy;
		if (this.self != null && own != null) {
			judge(own, queue);
		}
		see(queue.isEmpty() ? null : queue.get(0));
		boolean interested = this.self != null || !this.listeners.isEmpty();
		if (!interested) {
			// from now on it may change unseen
			this.head = null;
		}
		return interested;
	}

	/** What a view of the queue means for the own place in it. */
	private void judge(Candidacy own, List<Entry> queue) {
		Map<String, String> ahead = own.find(queue);
		if (ahead == null) {
			// somebody removed the entry: queue again
			own.lost();
			own.giveUp();
			this.candidacy = null;
			this.reconciler.trigger();
		}
		else if (ahead.isEmpty() && own.state() == Place.State.WAITING) {
			grant(own);
		}
	}

	private void grant(Candidacy waiting) {
		this.news.lock();
		try {
			if (waiting.grant()) {
				// the end of the last term may have been noticed, and not told yet
				if (this.told != null) {
					revoked(this.told);
				}
				this.told = waiting;
				this.listeners.tell((listener) -> listener.onGranted(waiting.term()));
			}
		}
		finally {
			this.news.unlock();
		}
	}

	/** Tell the listeners that a term has ended, unless they know. */
	private CompletableFuture<Void> revoked(Candidacy ended) {
		this.news.lock();
		try {
			if (this.told != ended) {
				return CompletableFuture.completedFuture(null);
			}
			this.told = null;
			return this.listeners.tell((listener) -> listener.onRevoked(ended.term()));
		}
		finally {
			this.news.unlock();
		}
	}

	private void stand(byte[] value) {
		Candidacy current = this.candidacy;
		if (current == null || current.state() == Place.State.LOST) {
			Lease lease = this.context.engine().lease();
			current = new Candidacy(lease);
			lease.track(current.key(), current);
			this.candidacy = current;
		}
		if (current.entry() == null) {
			current.enqueue(Turn.EXCLUSIVE, value, Integer.MAX_VALUE);
		}
	}

	private void see(@Nullable Entry seen) {
		Entry known = this.head;
		this.head = seen;
		if (!Objects.equals((seen != null) ? seen.id() : null, (known != null) ? known.id() : null)) {
			Optional<Leader> leader = (seen != null) ? leader(seen) : Optional.empty();
			this.listeners.tell((listener) -> listener.onLeaderChanged(leader));
		}
	}

	/**
	 * Within a step: give up leadership or the place in the queue.
	 * @return whether that ended a term
	 */
	private boolean resign() {
		Candidacy leaving = this.candidacy;
		if (leaving == null) {
			return false;
		}
		boolean led = leaving.endGrant();
		if (led) {
			this.reconciler.awaitRevoked(revoked(leaving));
		}
		leaving.giveUp();
		this.candidacy = null;
		return led;
	}

	private boolean isRelevant(Change change) {
		Entry leading = this.head;
		Candidacy own = this.candidacy;
		return switch (change.kind()) {
			case UNKNOWN -> true;
			case WRITTEN -> leading == null;
			case REMOVED -> leading == null || change.id().equals(leading.id())
					|| (own != null && change.id().equals(own.key().id()));
		};
	}

	private static Optional<Leader> leader(Entry head) {
		return MemberCodec.decode(head).map((member) -> new Leader(member, new FencingToken(head.createRevision())));
	}

	/**
	 * This process's place in the queue.
	 */
	private final class Candidacy extends Place {

		Candidacy(Lease lease) {
			super(lease, QueuedElection.this.directory);
		}

		FencingToken term() {
			Entry entry = Objects.requireNonNull(entry(), "a term begins with an entry");
			return new FencingToken(entry.createRevision());
		}

		@Override
		void onLoss() {
			revoked(this);
			QueuedElection.this.reconciler.trigger();
		}

		@Override
		public void resumed() {
			QueuedElection.this.reconciler.trigger();
		}

	}

}
