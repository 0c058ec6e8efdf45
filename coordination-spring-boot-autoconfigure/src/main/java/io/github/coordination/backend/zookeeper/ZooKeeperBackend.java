package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.backend.zookeeper.Layout.Node;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * {@link CoordinationBackend} on ZooKeeper. A session is a ZooKeeper session, an entry a
 * node, ephemeral if it is bound; revisions are the transactions that created and changed
 * it. Everything is asked of the raw handle, never through a retry loop. An entry is
 * deleted or replaced by its version, and one of a unique key together with a guard that
 * tells it from another entry of the same key.
 */
public final class ZooKeeperBackend implements CoordinationBackend {

	/**
	 * A session may live for a tick longer than its timeout, and the server needs a
	 * moment to end it. Ticks are 2 seconds by default.
	 */
	private static final Duration NOTICE_BOUND = Duration.ofSeconds(3);

	private final Connections connections;

	private final Nodes nodes;

	private final Guarantees guarantees;

	ZooKeeperBackend(Source source, Guarantees.Level level, BackendConfig config) {
		this.connections = new Connections(source, config);
		this.nodes = new Nodes(this.connections);
		this.guarantees = new Guarantees(level,
				EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
						Characteristic.DISTRIBUTED_ACROSS_HOSTS, Characteristic.SEQUENTIAL, Characteristic.CAUSAL,
						Characteristic.SERIALIZABLE),
				NOTICE_BOUND, Guarantees.WatchKind.PUSH, Guarantees.TokenDurability.STORE_COUNTER,
				Directory.MAX_NAME_BYTES, Nodes.MAX_VALUE_BYTES);
	}

	@Override
	public Guarantees guarantees() {
		return this.guarantees;
	}

	@Override
	public BackendSession open(Duration ttl) {
		return ZooKeeperSession.open(this.connections, this.nodes, ttl);
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		Call call = this.connections.call();
		Node node = call.repeat(() -> this.nodes.find(call, this.connections.current(call), key));
		return Optional.ofNullable(node).map(Node::entry);
	}

	@Override
	public List<Entry> list(Directory directory) {
		Call call = this.connections.call();
		return call.repeat(() -> this.nodes.list(call, this.connections.current(call), directory))
			.stream()
			.map(Node::entry)
			.toList();
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Call call = this.connections.call();
		Node node = this.nodes.create(call, this.connections.current(call), key, "", value);
		return Optional.ofNullable(node).map(Node::entry);
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, Nodes.MAX_VALUE_BYTES);
		Call call = this.connections.call();
		Node node = find(call, expected);
		if (node == null || node.entry().sessionId() != null) {
			return Optional.empty();
		}
		return Optional.ofNullable(this.nodes.replace(call, this.connections.current(call), node, value))
			.map(Node::entry);
	}

	@Override
	public boolean delete(Entry expected) {
		Call call = this.connections.call();
		Node node = find(call, expected);
		return node != null && this.nodes.delete(call, this.connections.current(call), node);
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		Call call = this.connections.call();
		return call.repeat(() -> {
			this.connections.current(call);
			// a watch that failed has closed its feed for good
			ChangeFeed feed = new ChangeFeed(listener, this.connections.environment().callbacks());
			return this.connections.watches().add(call, this.nodes.layout().directory(directory), feed);
		});
	}

	@Override
	public void close() {
		this.connections.close();
	}

	private @Nullable Node find(Call call, Entry expected) {
		Node node = call.repeat(() -> this.nodes.find(call, this.connections.current(call), expected.key()));
		return (node != null && node.entry().revision() == expected.revision()) ? node : null;
	}

}
