package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.MisuseException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * {@link CoordinationBackend} on etcd 3.4 and later.
 * <table>
 * <caption>How it maps</caption>
 * <tr>
 * <td>session</td>
 * <td>a lease, and a key of its own bound to it</td>
 * </tr>
 * <tr>
 * <td>entry</td>
 * <td>a key, bound to the lease or not; see {@link Keys}</td>
 * </tr>
 * <tr>
 * <td>creation revision and revision</td>
 * <td>etcd's own</td>
 * </tr>
 * <tr>
 * <td>one step</td>
 * <td>a transaction that compares revisions</td>
 * </tr>
 * <tr>
 * <td>watch</td>
 * <td>one for the namespace, from now on; see {@link EtcdChanges}</td>
 * </tr>
 * </table>
 * Renewals have a connection of their own.
 */
public final class EtcdBackend implements CoordinationBackend {

	private static final int VERSION = 1;

	private static final String SETTING = "coordination.namespace";

	private static final int MAX_VALUE_BYTES = 1 << 20;

	/** etcd looks for expired leases twice a second, and counts in whole seconds. */
	private static final Guarantees GUARANTEES = new Guarantees(Guarantees.Level.QUORUM,
			EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
					Characteristic.DISTRIBUTED_ACROSS_HOSTS, Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL,
					Characteristic.CAUSAL, Characteristic.SERIALIZABLE),
			Duration.ofMillis(1500), Guarantees.WatchKind.PUSH, Guarantees.TokenDurability.STORE_COUNTER,
			Directory.MAX_NAME_BYTES, MAX_VALUE_BYTES);

	private final Keys keys;

	private final Environment environment;

	private final EtcdConnection calls;

	private final EtcdConnection heart;

	private final EtcdChanges changes;

	private volatile boolean understood;

	EtcdBackend(List<String> servers, @Nullable TlsMaterial tls, BackendConfig config) {
		EtcdConnection.Target target = EtcdConnection.Target.of(servers, tls, config.url().userInfo());
		this.keys = new Keys(config.namespace());
		this.environment = config.environment();
		this.calls = new EtcdConnection(target, config, this::moved);
		this.heart = new EtcdConnection(target, config, () -> {
		});
		this.changes = new EtcdChanges(this.calls, this.keys, config);
	}

	@Override
	public Guarantees guarantees() {
		return GUARANTEES;
	}

	@Override
	public BackendSession open(Duration ttl) {
		long limit = this.heart.limit();
		long lease = this.environment.random().nextLong(1, Long.MAX_VALUE);
		long granted = this.heart
			.write(LeaseGrpc.getLeaseGrantMethod(),
					LeaseGrantRequest.newBuilder().setID(lease).setTTL(ttl.plusNanos(999_999_999).toSeconds()).build(),
					limit)
			.getTTL();
		Mark mark = mark(limit, Step.put(this.keys.session(Keys.sessionId(lease)), new byte[0], lease));
		return new EtcdSession(this, lease, mark.revision(), granted(granted, mark.storeIdentity()));
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		requireUnderstood();
		String prefix = this.keys.entry(key);
		RangeResponse found = this.calls.read(KVGrpc.getRangeMethod(), Step.range(prefix).build(), this.calls.limit());
		return Keys.entries(found, key.directory(), this.keys.directory(key.directory())).stream().findFirst();
	}

	@Override
	public List<Entry> list(Directory directory) {
		requireUnderstood();
		String prefix = this.keys.directory(directory);
		RangeResponse found = this.calls.read(KVGrpc.getRangeMethod(), Step.range(prefix).build(), this.calls.limit());
		return Keys.entries(found, directory, prefix);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		requireSize(value);
		ByteString name = this.keys.entry(key, "");
		TxnResponse done = write(
				TxnRequest.newBuilder().addCompare(Step.isAbsent(name)).addSuccess(Step.put(name, value, 0)));
		long revision = done.getHeader().getRevision();
		return done.getSucceeded() ? Optional.of(new Entry(key, "", value, revision, revision, null))
				: Optional.empty();
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		requireSize(value);
		if (expected.sessionId() != null) {
			// written without its lease it would outlive its session
			return Optional.empty();
		}
		ByteString name = this.keys.entry(expected.key(), expected.tag());
		TxnResponse done = write(TxnRequest.newBuilder()
			.addCompare(Step.isUnchanged(name, expected.revision()))
			.addSuccess(Step.put(name, value, 0)));
		return done.getSucceeded() ? Optional.of(new Entry(expected.key(), expected.tag(), value,
				expected.createRevision(), done.getHeader().getRevision(), null)) : Optional.empty();
	}

	@Override
	public boolean delete(Entry expected) {
		ByteString name = this.keys.entry(expected.key(), expected.tag());
		return write(TxnRequest.newBuilder()
			.addCompare(Step.isUnchanged(name, expected.revision()))
			.addSuccess(Step.delete(name))).getSucceeded();
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		requireUnderstood();
		return this.changes.watch(directory, listener);
	}

	@Override
	public void close() {
		this.changes.close();
		this.calls.close();
		this.heart.close();
	}

	Keys keys() {
		return this.keys;
	}

	EtcdConnection calls() {
		return this.calls;
	}

	EtcdConnection heart() {
		return this.heart;
	}

	static void requireSize(byte[] value) {
		if (value.length > MAX_VALUE_BYTES) {
			throw new MisuseException(
					"a value of " + value.length + " bytes is too large: use at most " + MAX_VALUE_BYTES);
		}
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

	/** Before the first use: see whether this version understands the namespace. */
	private void requireUnderstood() {
		if (!this.understood) {
			mark(this.calls.limit());
		}
	}

	/**
	 * Read the namespace's marker, or make it, and write what else is to be written in
	 * the same step.
	 * @throws ConfigurationException if a newer version made it
	 */
	private Mark mark(long limit, RequestOp... writes) {
		ByteString name = this.keys.format();
		ByteString fresh = ByteString.copyFromUtf8(VERSION + " " + this.environment.newId());
		TxnRequest.Builder request = TxnRequest.newBuilder()
			.addCompare(Step.isAbsent(name))
			.addSuccess(Step.put(name, fresh.toByteArray(), 0))
			.addFailure(Step.get(name));
		for (RequestOp write : writes) {
			request.addSuccess(write).addFailure(write);
		}
		TxnResponse done = this.calls.write(KVGrpc.getTxnMethod(), request.build(), limit);
		ByteString marker = done.getSucceeded() ? fresh : done.getResponses(0).getResponseRange().getKvs(0).getValue();
		requireVersion(marker.toStringUtf8());
		this.understood = true;
		return new Mark(storeIdentity(done.getHeader(), marker), done.getHeader().getRevision());
	}

	private void requireVersion(String marker) {
		int version;
		try {
			version = Integer.parseInt(marker.split(" ", 2)[0]);
		}
		catch (NumberFormatException ex) {
			throw new ConfigurationException(SETTING,
					"etcd's key " + this.keys.format().toStringUtf8() + " was not written by this library.",
					"Use another namespace, or remove that key.");
		}
		if (version > VERSION) {
			throw new ConfigurationException(SETTING,
					"its data in etcd has format version " + version + ", and this version knows " + VERSION + ".",
					"Update this application, or use another namespace.");
		}
	}

	/** Changes are to be heard from the server that is used for everything else. */
	private void moved() {
		this.changes.reopen();
	}

	private TxnResponse write(TxnRequest.Builder step) {
		requireUnderstood();
		return this.calls.write(KVGrpc.getTxnMethod(), step.build(), this.calls.limit());
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
