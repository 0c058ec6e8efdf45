package io.github.coordination.backend.etcd;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.support.OwnEntries;

/**
 * A lease, and a key of its own that is bound to it. etcd refuses a write that names a
 * lease that is gone, and an entry that still has the revision it was read with proves
 * that its lease is there. Wherever a step is refused for another reason, the session's
 * own key is read in the same transaction.
 */
final class EtcdSession implements BackendSession {

	/** etcd takes 128 operations in a transaction by default. */
	private static final int BATCH = 100;

	private static final System.Logger LOGGER = System.getLogger(EtcdSession.class.getName());

	private final EtcdBackend backend;

	private final long lease;

	private final ByteString ownKey;

	private final long opened;

	private final SessionGrant grant;

	private final Slots slots = new Slots();

	/**
	 * By their keys, with their creation revision. Only the session itself makes any;
	 * what etcd's lease says of its keys comes from the memory of one server, which may
	 * be behind.
	 */
	private final OwnEntries<ByteString, Long> own = new OwnEntries<>(0L);

	private volatile boolean over;

	/**
	 * Use a lease that has its own key.
	 * @param opened creation revision of that key
	 */
	EtcdSession(EtcdBackend backend, long lease, long opened, SessionGrant grant) {
		this.backend = backend;
		this.lease = lease;
		this.ownKey = backend.keys().session(Keys.sessionId(lease));
		this.opened = opened;
		this.grant = grant;
	}

	@Override
	public String id() {
		return Keys.sessionId(this.lease);
	}

	@Override
	public SessionGrant grant() {
		return this.grant;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	/**
	 * The lease first and the own key after it: servers were seen to extend a lease that
	 * was revoked already (etcd issue 20590). Both from one server over one connection,
	 * since only then the second answer is newer than the first.
	 */
	@Override
	public SessionGrant renew() {
		return live((deadline) -> {
			EtcdConnection renewals = this.backend.renewals();
			while (true) {
				EtcdConnection.Endpoint before = renewals.endpoint();
				SessionGrant renewed = renew(renewals, deadline);
				// one that was left is never used again
				if (renewals.endpoint() == before) {
					return renewed;
				}
			}
		});
	}

	private SessionGrant renew(EtcdConnection renewals, Deadline deadline) {
		long ttl = renewals
			.callRepeatable(LeaseGrpc.getLeaseKeepAliveMethod(),
					LeaseKeepAliveRequest.newBuilder().setID(this.lease).build(), deadline)
			.getTTL();
		if (ttl <= 0) {
			throw new SessionLostException("session " + id() + " has expired");
		}
		TxnResponse read = renewals.callRepeatable(KVGrpc.getTxnMethod(),
				TxnRequest.newBuilder()
					.addSuccess(TxnParts.get(this.ownKey))
					.addSuccess(TxnParts.get(this.backend.keys().format()))
					.build(),
				deadline);
		requireOwnKey(read.getResponses(0).getResponseRange());
		RangeResponse marker = read.getResponses(1).getResponseRange();
		return EtcdBackend.granted(ttl, EtcdBackend.storeIdentity(read.getHeader(),
				(marker.getKvsCount() > 0) ? marker.getKvs(0).getValue() : ByteString.EMPTY));
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, EtcdBackend.MAX_VALUE_BYTES);
		return live((deadline) -> {
			ByteString name = this.backend.keys().entry(key);
			return this.own.make(name, () -> {
				TxnResponse done = write(TxnRequest.newBuilder()
					.addCompare(TxnParts.isAbsent(name))
					.addSuccess(TxnParts.put(name, value, this.lease)), deadline);
				return done.getSucceeded() ? Optional.of(written(key, "", value, done, 0)) : Optional.empty();
			}, Entry::createRevision);
		});
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, EtcdBackend.MAX_VALUE_BYTES);
		return live((deadline) -> {
			ByteString name = name(expected);
			boolean queued = this.slots.find(expected.key().directory(), expected.id()) >= 0;
			byte[] stored = queued ? Keys.queued(expected.id(), expected.tag(), value) : value;
			TxnResponse done = write(TxnRequest.newBuilder()
				.addCompare(TxnParts.isUnchanged(name, revisionOfOwn(expected)))
				.addSuccess(TxnParts.put(name, stored, this.lease)), deadline);
			return done.getSucceeded()
					? Optional.of(written(expected.key(), expected.tag(), value, done, expected.createRevision()))
					: Optional.empty();
		});
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, EtcdBackend.MAX_VALUE_BYTES);
		return live((deadline) -> {
			int slot = this.slots.take(queue, attemptId);
			ByteString name = Keys.place(this.backend.keys().directory(queue), id(), slot);
			try {
				return this.own.make(name, () -> append(queue.entry(attemptId), name, tag, value, maxAhead, deadline),
						(placement) -> placement.entry().createRevision());
			}
			finally {
				if (!this.own.contains(name)) {
					this.slots.free(queue, attemptId);
				}
			}
		});
	}

	@Override
	public boolean delete(Entry expected) {
		return live((deadline) -> {
			ByteString name = name(expected);
			TxnResponse done = write(TxnRequest.newBuilder()
				.addCompare(TxnParts.isUnchanged(name, revisionOfOwn(expected)))
				.addSuccess(TxnParts.delete(name))
				.addFailure(TxnParts.get(name)), deadline);
			boolean gone = done.getSucceeded() || done.getResponses(0).getResponseRange().getKvsCount() == 0;
			// not if another entry was made there meanwhile
			if (gone && this.own.forget(name, expected.createRevision())) {
				this.slots.free(expected.key().directory(), expected.id());
			}
			return done.getSucceeded();
		});
	}

	/** Read from the quorum wherever there may be any. */
	@Override
	public List<Entry> entries() {
		return live((deadline) -> {
			List<ByteString> names = List.copyOf(this.own.known().keySet());
			List<Entry> entries = new ArrayList<>(names.size());
			int start = 0;
			do {
				int end = Math.min(start + BATCH, names.size());
				TxnRequest.Builder request = TxnRequest.newBuilder().addSuccess(TxnParts.get(this.ownKey));
				names.subList(start, end).forEach((name) -> request.addSuccess(TxnParts.get(name)));
				TxnResponse read = this.backend.calls()
					.callRepeatable(KVGrpc.getTxnMethod(), request.build(), deadline);
				requireOwnKey(read.getResponses(0).getResponseRange());
				read.getResponsesList()
					.stream()
					.flatMap((each) -> each.getResponseRange().getKvsList().stream())
					.filter((found) -> found.getLease() == this.lease)
					.map(this.backend.keys()::entry)
					.filter(Objects::nonNull)
					.forEach(entries::add);
				start = end;
			}
			while (start < names.size());
			return entries;
		});
	}

	/** Revoking the lease deletes its keys in the same step. */
	@Override
	public void close() {
		this.over = true;
		try {
			this.backend.calls()
				.callRepeatable(LeaseGrpc.getLeaseRevokeMethod(),
						LeaseRevokeRequest.newBuilder().setID(this.lease).build(), this.backend.calls().deadline());
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "session {0} is left to expire: {1}", id(), ex.getMessage());
		}
	}

	/**
	 * One transaction if anybody, or nobody, is ahead. As etcd cannot count, a limit is
	 * kept by what was read: the entry is made if the directory is still as it was when
	 * few enough were there, at first if it is empty. Entries that went do not matter,
	 * and one that came makes it look again.
	 */
	private Optional<Placement> append(EntryKey key, ByteString name, String tag, byte[] value, int maxAhead,
			Deadline deadline) {
		Directory queue = key.directory();
		String prefix = this.backend.keys().directory(queue);
		RequestOp list = TxnParts.list(prefix);
		TxnRequest step = TxnRequest.newBuilder()
			.addCompare(TxnParts.isAbsent(name))
			// first, so that it shows those ahead and not the new entry
			.addSuccess(list)
			.addSuccess(TxnParts.put(name, Keys.queued(key.id(), tag, value), this.lease))
			.addFailure(list)
			.addFailure(TxnParts.get(name))
			.build();
		TxnRequest.Builder next = step.toBuilder();
		if (maxAhead < Integer.MAX_VALUE) {
			next.addCompare(TxnParts.isEmpty(prefix));
		}
		while (true) {
			TxnResponse done = write(next, deadline);
			List<Entry> there = this.backend.keys()
				.entries(done.getResponses(0).getResponseRange().getKvsList(), queue);
			if (done.getSucceeded()) {
				return Optional.of(placement(written(key, tag, value, done, 0), there));
			}
			for (Entry each : there) {
				if (each.key().equals(key)) {
					// the attempt is repeated
					return Optional.of(placement(each, there));
				}
			}
			if (there.size() > maxAhead) {
				return Optional.empty();
			}
			if (done.getResponses(1).getResponseRange().getKvsCount() > 0) {
				throw new BackendUnavailableException("something foreign is where the entry belongs");
			}
			next = step.toBuilder().addCompare(TxnParts.hasNothingNew(prefix, done.getHeader().getRevision()));
		}
	}

	private static Placement placement(Entry entry, List<Entry> there) {
		List<Ahead> ahead = new ArrayList<>(there.size());
		for (Entry other : there) {
			if (other.createRevision() < entry.createRevision()) {
				ahead.add(new Ahead(other.id(), other.tag()));
			}
		}
		return new Placement(entry, ahead);
	}

	/** Try a step; if it is refused, see whether that is because the session is over. */
	private TxnResponse write(TxnRequest.Builder step, Deadline deadline) {
		RequestOp look = TxnParts.get(this.ownKey);
		TxnResponse done = this.backend.calls()
			.callOnce(KVGrpc.getTxnMethod(), step.addFailure(look).build(), deadline);
		if (!done.getSucceeded()) {
			requireOwnKey(done.getResponses(done.getResponsesCount() - 1).getResponseRange());
		}
		return done;
	}

	private void requireOwnKey(RangeResponse own) {
		if (own.getKvsCount() == 0 || own.getKvs(0).getCreateRevision() != this.opened) {
			throw new SessionLostException("session " + id() + " is over: its key is gone");
		}
	}

	private <T> T live(Function<Deadline, T> step) {
		if (this.over) {
			throw new SessionLostException("session " + id() + " is over");
		}
		try {
			return step.apply(this.backend.calls().deadline());
		}
		catch (SessionLostException ex) {
			this.over = true;
			throw ex;
		}
	}

	/** The revision to expect; nobody's entry has revision -1. */
	private long revisionOfOwn(Entry expected) {
		return id().equals(expected.sessionId()) ? expected.revision() : -1;
	}

	private ByteString name(Entry expected) {
		Directory directory = expected.key().directory();
		int slot = this.slots.find(directory, expected.id());
		return (slot >= 0) ? Keys.place(this.backend.keys().directory(directory), id(), slot)
				: this.backend.keys().entry(expected.key());
	}

	private Entry written(EntryKey key, String tag, byte[] value, TxnResponse done, long created) {
		long revision = done.getHeader().getRevision();
		return new Entry(key, tag, value, (created != 0) ? created : revision, revision, id());
	}

}
