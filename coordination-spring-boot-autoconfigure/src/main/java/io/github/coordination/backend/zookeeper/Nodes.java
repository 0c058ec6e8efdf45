package io.github.coordination.backend.zookeeper;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.backend.zookeeper.Connection.Read;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.backend.zookeeper.Layout.Node;
import io.github.coordination.backend.zookeeper.Layout.NodeKey;
import io.github.coordination.backend.zookeeper.Layout.NodeName;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

/**
 * Reads and changes entries, whoever they belong to.
 */
final class Nodes {

	private static final Logger LOGGER = System.getLogger(Nodes.class.getName());

	/** ZooKeeper takes packets of up to 1 MB, path, access list and all. */
	static final int MAX_VALUE_BYTES = 512 * 1024;

	private static final int KNOWN_DIRECTORIES = 512;

	private final Connections connections;

	private final Layout layout;

	/** Directories that exist, unless ZooKeeper has removed them since. */
	private final Set<String> directories = ConcurrentHashMap.newKeySet();

	/** Directories of which it was said that something foreign is there. */
	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	Nodes(Connections connections) {
		this.connections = connections;
		this.layout = connections.layout();
	}

	Layout layout() {
		return this.layout;
	}

	/**
	 * Send what makes a directory, if it may not exist. Whether it does shows when
	 * something is made in it.
	 */
	void prepareDirectory(Connection connection, String path) {
		if (!this.directories.contains(path)) {
			connection.create(path, Layout.EMPTY, CreateMode.CONTAINER);
		}
	}

	/** Note that something was made in a directory. */
	void confirmDirectory(String path) {
		if (this.directories.add(path) && this.directories.size() > KNOWN_DIRECTORIES) {
			this.directories.clear();
		}
	}

	/** Make what is above a directory that turned out not to exist. */
	void makeDirectory(Call call, Connection connection, Directory directory) {
		this.directories.remove(this.layout.directory(directory));
		String kind = this.layout.kind(directory);
		Reply<?> reply = call.read(connection.create(kind, Layout.EMPTY, CreateMode.PERSISTENT));
		if (reply.code() == Code.NONODE) {
			// somebody removed the whole namespace
			this.connections.prepare(call, connection);
			connection.create(kind, Layout.EMPTY, CreateMode.PERSISTENT);
		}
	}

	/** Find an entry; {@code null} if there is none. */
	@Nullable Node find(Call call, Connection connection, EntryKey key) {
		String directory = this.layout.directory(key.directory());
		CompletableFuture<Reply<Read>> unique = connection.get(this.layout.unique(key));
		// an attempt's id has a dot, and its node a number that is not known here
		CompletableFuture<Reply<List<String>>> listed = (key.id().indexOf('.') >= 0) ? connection.children(directory)
				: null;
		Reply<Read> reply = call.read(unique);
		if (isThere(call, reply, directory)) {
			return parse(key.directory(), new NodeName(key.id(), "", 0, false), reply.get());
		}
		for (String name : (listed != null) ? names(call, listed, directory) : List.<String>of()) {
			NodeName node = NodeName.parse(name);
			if (node != null && node.isQueued() && node.id().equals(key.id())) {
				return readQueued(call, connection, key.directory(), name, node);
			}
		}
		return null;
	}

	/** Read a queued entry of which the name is known; {@code null} if it has gone. */
	@Nullable Node readQueued(Call call, Connection connection, Directory directory, String name, NodeName node) {
		String path = this.layout.directory(directory) + "/" + name;
		Reply<Read> reply = call.read(connection.get(path));
		return isThere(call, reply, path) ? parse(directory, node, reply.get()) : null;
	}

	/** Nothing but data that was read tells that it is foreign. */
	private static boolean isThere(Call call, Reply<Read> reply, String path) {
		if (!reply.isOk() && reply.code() != Code.NONODE) {
			throw call.refused(reply.code(), path);
		}
		return reply.isOk();
	}

	/**
	 * Read a directory. The names are those of one moment. What is behind them is read
	 * after it, one by one; if a name has gone by then, the names are read again, until
	 * everything that was there at one moment could be read. Queued nodes never come
	 * again, so that what was read of them stays good. A value replaced meanwhile may be
	 * the newer one.
	 */
	List<Node> list(Call call, Connection connection, Directory directory) {
		String path = this.layout.directory(directory);
		Map<String, Optional<Node>> known = new HashMap<>();
		while (call.left() > 0) {
			List<String> names = names(call, connection.children(path), path);
			known.keySet().retainAll(names);
			known.keySet().removeIf((name) -> name.indexOf('.') < 0);
			if (read(call, connection, directory, path, names, known)) {
				List<Node> nodes = new ArrayList<>();
				known.values().forEach((node) -> node.ifPresent(nodes::add));
				report(path, known.size() - nodes.size());
				nodes.sort(Comparator.comparingLong((node) -> node.entry().createRevision()));
				return nodes;
			}
		}
		throw new BackendUnavailableException(path + " changes faster than it can be read");
	}

	private boolean read(Call call, Connection connection, Directory directory, String path, List<String> names,
			Map<String, Optional<Node>> known) {
		Map<String, CompletableFuture<Reply<Read>>> asked = new LinkedHashMap<>();
		for (String name : names) {
			if (!known.containsKey(name)) {
				asked.put(name, connection.get(path + "/" + name));
			}
		}
		boolean complete = true;
		for (Map.Entry<String, CompletableFuture<Reply<Read>>> each : asked.entrySet()) {
			Reply<Read> reply = call.read(each.getValue());
			if (!isThere(call, reply, path + "/" + each.getKey())) {
				complete = false;
				continue;
			}
			NodeName node = NodeName.parse(each.getKey());
			known.put(each.getKey(),
					(node != null) ? Optional.ofNullable(parse(directory, node, reply.get())) : Optional.empty());
		}
		return complete;
	}

	private void report(String path, int foreign) {
		if (foreign > 0 && this.reported.add(path)) {
			LOGGER.log(Level.DEBUG, "{0} nodes in {1} are not understood and left as they are", foreign, path);
		}
	}

	/**
	 * Read everything that is bound to a session, and all that was sent before this.
	 */
	List<Node> bound(Call call, Connection connection, String session) {
		call.after(connection.sync(this.layout.namespace()));
		Reply<List<String>> paths = call.read(connection.ephemerals(this.layout.namespace()));
		if (!paths.isOk()) {
			throw call.refused(paths.code(), this.layout.namespace());
		}
		Map<NodeKey, CompletableFuture<Reply<Read>>> asked = new LinkedHashMap<>();
		for (String path : paths.get()) {
			NodeKey key = this.layout.key(path);
			if (key != null) {
				asked.put(key, connection.get(path));
			}
		}
		List<Node> nodes = new ArrayList<>();
		asked.forEach((key, future) -> {
			Reply<Read> reply = call.read(future);
			Node node = isThere(call, reply, this.layout.directory(key.directory()))
					? parse(key.directory(), key.node(), reply.get()) : null;
			if (node != null && session.equals(node.entry().sessionId())) {
				nodes.add(node);
			}
		});
		return nodes;
	}

	/** Create an entry of a unique key, together with its guard. */
	@Nullable Node create(Call call, Connection connection, EntryKey key, String session, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		String directory = this.layout.directory(key.directory());
		String path = this.layout.unique(key);
		String nonce = this.connections.environment().newId();
		CreateMode mode = session.isEmpty() ? CreateMode.PERSISTENT : CreateMode.EPHEMERAL;
		for (int i = 0; i < Connections.ATTEMPTS; i++) {
			prepareDirectory(connection, directory);
			CompletableFuture<Reply<List<OpResult>>> made = connection.multi(
					connection.creation(this.layout.guard(nonce), Layout.EMPTY, mode),
					connection.creation(path, Layout.data(session, nonce, value), mode));
			CompletableFuture<Reply<Read>> read = connection.get(path);
			Reply<List<OpResult>> reply = call.write(made);
			switch (reply.code()) {
				case OK -> {
					confirmDirectory(directory);
					return created(call, key, nonce, read);
				}
				case NODEEXISTS -> {
					return null;
				}
				case NONODE -> {
					makeDirectory(call, connection, key.directory());
					this.connections.furnish(call, connection);
				}
				default -> throw call.refused(reply.code(), path);
			}
		}
		throw new BackendUnavailableException(directory + " is removed as soon as it is made");
	}

	private Node created(Call call, EntryKey key, String nonce, CompletableFuture<Reply<Read>> read) {
		Reply<Read> reply = call.write(read);
		Node node = reply.isOk() ? parse(key.directory(), new NodeName(key.id(), "", 0, false), reply.get()) : null;
		if (node == null || !node.nonce().equals(nonce)) {
			throw new IndeterminateResultException(key + " was removed as soon as it was created");
		}
		return node;
	}

	/**
	 * Replace the value of an entry.
	 * @return the entry as it is then, {@code null} if its version is another or it is
	 * another entry
	 */
	@Nullable Node replace(Call call, Connection connection, Node expected, byte[] value) {
		Entry entry = expected.entry();
		String path = path(expected);
		byte[] data = Layout.data((entry.sessionId() != null) ? entry.sessionId() : "", expected.nonce(), value);
		if (expected.nonce().isEmpty()) {
			Reply<Stat> reply = call.write(connection.set(path, data, expected.version()));
			return isDone(call, reply, path) ? changed(expected, value, reply.get()) : null;
		}
		Reply<List<OpResult>> reply = call.write(connection.multi(Op.check(this.layout.guard(expected.nonce()), -1),
				Op.setData(path, data, expected.version())));
		return isDone(call, reply, path)
				? changed(expected, value, ((OpResult.SetDataResult) reply.get().get(1)).getStat()) : null;
	}

	private static Node changed(Node node, byte[] value, Stat stat) {
		Entry entry = node.entry();
		return new Node(new Entry(entry.key(), entry.tag(), value, stat.getCzxid(), stat.getMzxid(), entry.sessionId()),
				node.nonce(), node.number(), stat.getVersion());
	}

	/**
	 * Delete an entry; {@code false} if its version is another or it is another entry.
	 */
	boolean delete(Call call, Connection connection, Node expected) {
		return isDone(call, call.write(sendDelete(connection, expected)), path(expected));
	}

	CompletableFuture<? extends Reply<?>> sendDelete(Connection connection, Node expected) {
		String path = path(expected);
		return expected.nonce().isEmpty() ? connection.delete(path, expected.version()) : connection
			.multi(Op.delete(this.layout.guard(expected.nonce()), -1), Op.delete(path, expected.version()));
	}

	private static boolean isDone(Call call, Reply<?> reply, String path) {
		return switch (reply.code()) {
			case OK -> true;
			case NONODE, BADVERSION -> false;
			default -> throw call.refused(reply.code(), path);
		};
	}

	private String path(Node node) {
		EntryKey key = node.entry().key();
		return node.nonce().isEmpty()
				? Layout.numbered(Layout.queued(this.layout.directory(key.directory()), key.id(), node.entry().tag()),
						node.number())
				: this.layout.unique(key);
	}

	List<String> names(Call call, CompletableFuture<Reply<List<String>>> future, String path) {
		Reply<List<String>> reply = call.read(future);
		if (reply.code() == Code.NONODE) {
			return List.of();
		}
		if (!reply.isOk()) {
			throw call.refused(reply.code(), path);
		}
		return reply.get();
	}

	/** Read a node; {@code null} if it is foreign. */
	private static @Nullable Node parse(Directory directory, NodeName name, Read read) {
		Node node = Node.parse(directory, name, read.data(), read.stat());
		return (node != null && node.nonce().isEmpty() == name.isQueued()) ? node : null;
	}

}
