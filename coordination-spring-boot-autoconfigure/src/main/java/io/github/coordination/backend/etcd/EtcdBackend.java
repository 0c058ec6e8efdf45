package io.github.coordination.backend.etcd;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.ChannelCredentials;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.NamespaceMarker;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * {@link CoordinationBackend} on etcd 3.4 and later. A session is a lease with a key of
 * its own, an entry one of the {@linkplain Keys keys}, with etcd's own revisions, and
 * every step one transaction that compares them. {@linkplain EtcdChanges Changes} come
 * from one watch of the whole namespace. Renewals have a connection of their own.
 */
final class EtcdBackend implements CoordinationBackend {

	static final int MAX_VALUE_BYTES = 1 << 20;

	/** With fewer, none may fail. */
	private static final int QUORUM = 3;

	private static final System.Logger LOGGER = System.getLogger(EtcdBackend.class.getName());

	private final Keys keys;

	private final Environment environment;

	private final EtcdConnection calls;

	private final EtcdConnection renewals;

	private final EtcdChanges changes;

	private final NamespaceMarker marker = new NamespaceMarker("etcd", 1);

	/** As many as the url names, until they say it themselves. */
	private volatile long servers;

	EtcdBackend(List<String> servers, @Nullable TlsMaterial tls, BackendConfig config) {
		ChannelCredentials transport = EtcdConnection.transport(tls);
		this.keys = new Keys(config.namespace());
		this.environment = config.environment();
		this.calls = new EtcdConnection(servers, transport, config, this::moved);
		this.renewals = new EtcdConnection(servers, transport, config, () -> {
		});
		this.changes = new EtcdChanges(this.calls, this.keys, config);
		this.servers = servers.size();
	}

	/** etcd looks for expired leases twice a second, and counts in whole seconds. */
	@Override
	public Guarantees guarantees() {
		return new Guarantees((this.servers >= QUORUM) ? Guarantees.Level.QUORUM : Guarantees.Level.SINGLE,
				EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
						Characteristic.DISTRIBUTED_ACROSS_HOSTS, Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL,
						Characteristic.CAUSAL, Characteristic.SERIALIZABLE),
				Duration.ofMillis(1500), Guarantees.WatchKind.PUSH, Guarantees.TokenDurability.STORE_COUNTER,
				Directory.MAX_NAME_BYTES, MAX_VALUE_BYTES);
	}

	@Override
	public BackendSession open(Duration ttl) {
		Deadline deadline = begin();
		long lease = this.environment.random().nextLong(1, Long.MAX_VALUE);
		long granted = this.renewals
			.callOnce(LeaseGrpc.getLeaseGrantMethod(),
					LeaseGrantRequest.newBuilder().setID(lease).setTTL(ttl.plusNanos(999_999_999).toSeconds()).build(),
					deadline)
			.getTTL();
		Mark mark;
		try {
			mark = mark(deadline, TxnParts.put(this.keys.session(Keys.sessionId(lease)), new byte[0], lease));
		}
		catch (SessionLostException ex) {
			// there is no session yet that could be lost
			throw new BackendUnavailableException("the lease was gone before it could be used", ex);
		}
		count(deadline);
		return new EtcdSession(this, lease, mark.revision(), granted(granted, mark.storeIdentity()));
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		Deadline deadline = begin();
		return find(key, deadline).map(this.keys::entry);
	}

	@Override
	public List<Entry> list(Directory directory) {
		Deadline deadline = begin();
		RangeResponse found = this.calls.callRepeatable(KVGrpc.getRangeMethod(),
				TxnParts.range(this.keys.directory(directory)).build(), deadline);
		return this.keys.entries(found.getKvsList(), directory);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		ByteString name = this.keys.entry(key);
		TxnResponse done = write(
				TxnRequest.newBuilder().addCompare(TxnParts.isAbsent(name)).addSuccess(TxnParts.put(name, value, 0)),
				begin());
		long revision = done.getHeader().getRevision();
		return done.getSucceeded() ? Optional.of(new Entry(key, "", value, revision, revision, null))
				: Optional.empty();
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		if (expected.sessionId() != null) {
			// written without its lease it would outlive its session
			return Optional.empty();
		}
		ByteString name = this.keys.entry(expected.key());
		TxnResponse done = write(TxnRequest.newBuilder()
			.addCompare(TxnParts.isUnchanged(name, expected.revision()))
			.addSuccess(TxnParts.put(name, value, 0)), begin());
		return done.getSucceeded() ? Optional
			.of(new Entry(expected.key(), "", value, expected.createRevision(), done.getHeader().getRevision(), null))
				: Optional.empty();
	}

	/** Where in a queue an entry is, only its own session knows without looking. */
	@Override
	public boolean delete(Entry expected) {
		Deadline deadline = begin();
		ByteString name = this.keys.entry(expected.key());
		if (expected.sessionId() != null) {
			Optional<KeyValue> found = find(expected.key(), deadline);
			if (found.isEmpty()) {
				return false;
			}
			name = found.get().getKey();
		}
		return write(TxnRequest.newBuilder()
			.addCompare(TxnParts.isUnchanged(name, expected.revision()))
			.addSuccess(TxnParts.delete(name)), deadline).getSucceeded();
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		Deadline deadline = begin();
		return this.changes.watch(directory, listener, deadline);
	}

	@Override
	public void close() {
		this.changes.close();
		this.calls.close();
		this.renewals.close();
	}

	Keys keys() {
		return this.keys;
	}

	EtcdConnection calls() {
		return this.calls;
	}

	EtcdConnection renewals() {
		return this.renewals;
	}

	/** What a lease of so many seconds is worth, from when it was asked for. */
	static SessionGrant granted(long seconds, String storeIdentity) {
		Duration ttl = Duration.ofSeconds(seconds);
		return new SessionGrant(ttl, ttl, storeIdentity);
	}

	/** The store is another if the cluster is, or the namespace's marker. */
	static String storeIdentity(ResponseHeader header, ByteString marker) {
		return Long.toHexString(header.getClusterId()) + "/" + marker.toStringUtf8();
	}

	/**
	 * Begin a call; the first sees whether this version understands the namespace.
	 * @return when the call must have ended
	 */
	private Deadline begin() {
		Deadline deadline = this.calls.deadline();
		if (!this.marker.isUnderstood()) {
			mark(deadline);
		}
		return deadline;
	}

	/**
	 * Read the namespace's marker, or make it, and write what else is to be written in
	 * the same step.
	 * @throws ConfigurationException if a newer version made it
	 */
	private Mark mark(Deadline deadline, RequestOp... writes) {
		ByteString name = this.keys.format();
		ByteString fresh = ByteString.copyFromUtf8(this.marker.fresh(this.environment.newId()));
		TxnRequest.Builder request = TxnRequest.newBuilder()
			.addCompare(TxnParts.isAbsent(name))
			.addSuccess(TxnParts.put(name, fresh.toByteArray(), 0))
			.addFailure(TxnParts.get(name));
		for (RequestOp write : writes) {
			request.addSuccess(write).addFailure(write);
		}
		TxnResponse done = (writes.length == 0)
				? this.calls.callRepeatable(KVGrpc.getTxnMethod(), request.build(), deadline)
				: this.calls.callOnce(KVGrpc.getTxnMethod(), request.build(), deadline);
		ByteString found = done.getSucceeded() ? fresh : done.getResponses(0).getResponseRange().getKvs(0).getValue();
		this.marker.check(found.toStringUtf8(), name.toStringUtf8());
		return new Mark(storeIdentity(done.getHeader(), found), done.getHeader().getRevision());
	}

	/** Those who only learn do not vote. Users without rights are not told. */
	private void count(Deadline deadline) {
		try {
			this.servers = this.calls
				.callRepeatable(ClusterGrpc.getMemberListMethod(), MemberListRequest.getDefaultInstance(), deadline)
				.getMembersList()
				.stream()
				.filter((each) -> !each.getIsLearner())
				.count();
		}
		catch (BackendUnavailableException ex) {
			LOGGER.log(Level.DEBUG, "etcd does not say how many servers there are", ex);
		}
	}

	/** Look for an entry where it may be, in a queue or not. */
	private Optional<KeyValue> find(EntryKey key, Deadline deadline) {
		TxnResponse read = this.calls.callRepeatable(KVGrpc.getTxnMethod(),
				TxnRequest.newBuilder()
					.addSuccess(TxnParts.get(this.keys.entry(key)))
					.addSuccess(TxnParts.list(this.keys.placesOf(key)))
					.build(),
				deadline);
		return read.getResponsesList()
			.stream()
			.flatMap((each) -> each.getResponseRange().getKvsList().stream())
			.filter((found) -> {
				Entry entry = this.keys.entry(found);
				return entry != null && entry.key().equals(key);
			})
			.findFirst();
	}

	/** Changes are to be heard from the server that is used for everything else. */
	private void moved() {
		this.changes.end("another connection is used");
	}

	private TxnResponse write(TxnRequest.Builder step, Deadline deadline) {
		return this.calls.callOnce(KVGrpc.getTxnMethod(), step.build(), deadline);
	}

	/**
	 * What was found in the store.
	 *
	 * @param storeIdentity tells it from others
	 * @param revision of the step that looked
	 */
	private record Mark(String storeIdentity, long revision) {
	}

}
