package io.github.coordination.backend.zookeeper;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.backend.zookeeper.Connection.Created;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.backend.zookeeper.Layout.Node;
import io.github.coordination.backend.zookeeper.Layout.NodeName;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;

/**
 * A session's attempts to get entries into queues, and what is unknown of them.
 */
final class Attempts {

	/** Attempts of which it is unknown whether they made an entry. */
	private final Set<EntryKey> doubtful = ConcurrentHashMap.newKeySet();

	/**
	 * Attempts that never get an entry again: that they had one is known, and news of its
	 * removal may still be on its way to somebody.
	 */
	private final Set<EntryKey> refused = ConcurrentHashMap.newKeySet();

	private final ZooKeeperSession session;

	private final Nodes nodes;

	private final Connection connection;

	Attempts(ZooKeeperSession session, Nodes nodes, Connection connection) {
		this.session = session;
		this.nodes = nodes;
		this.connection = connection;
	}

	/** Append an entry to a queue, or find the one of the first time. */
	Optional<Placement> enqueue(Call call, EntryKey key, String tag, byte[] value, int maxAhead) {
		try {
			this.session.begin(call);
			if (this.refused.contains(key)) {
				withdraw(call, key);
				return Optional.empty();
			}
			if (isKnown(key)) {
				Optional<Placement> found = call.repeat(() -> findPlacement(this.session.begin(call), key));
				if (found.isPresent() || this.refused.contains(key)) {
					return found;
				}
			}
			return append(call, key, tag, value, maxAhead);
		}
		catch (IndeterminateResultException ex) {
			this.doubtful.add(key);
			throw ex;
		}
		catch (BackendUnavailableException ex) {
			if (isKnown(key) || this.refused.contains(key)) {
				throw new IndeterminateResultException("it is unknown whether there is " + key, ex);
			}
			throw ex;
		}
	}

	private boolean isKnown(EntryKey key) {
		return this.session.isKnown(key) || this.doubtful.contains(key);
	}

	private Optional<Placement> append(Call call, EntryKey key, String tag, byte[] value, int maxAhead) {
		String directory = this.nodes.layout().directory(key.directory());
		String prefix = Layout.queued(directory, key.id(), tag);
		byte[] data = Layout.data(this.session.id(), "", value);
		for (int i = 0; i < Connections.ATTEMPTS; i++) {
			this.nodes.prepareDirectory(this.connection, directory);
			CompletableFuture<Reply<Created>> made = this.connection.create(prefix, data,
					CreateMode.EPHEMERAL_SEQUENTIAL);
			// sent at once: it is answered after the entry was made, in the same wait
			CompletableFuture<Reply<List<String>>> listed = this.connection.children(directory);
			Reply<Created> reply = call.write(made);
			if (reply.code() == Code.NONODE) {
				this.nodes.makeDirectory(call, this.connection, key.directory());
				continue;
			}
			if (!reply.isOk()) {
				throw call.refused(reply.code(), directory);
			}
			this.nodes.confirmDirectory(directory);
			Created created = reply.get();
			int number = Integer.parseInt(created.path(), prefix.length(), created.path().length(), 10);
			Node mine = new Node(
					new Entry(key, tag, value, created.stat().getCzxid(), created.stat().getMzxid(), this.session.id()),
					"", number, created.stat().getVersion());
			this.session.keep(call, mine);
			Reply<List<String>> names = call.write(listed);
			if (!names.isOk() || !names.get().contains(created.path().substring(directory.length() + 1))) {
				throw new IndeterminateResultException(key + " was removed as soon as it was created");
			}
			List<Ahead> ahead = ahead(call, mine, names.get());
			if (ahead.size() <= maxAhead) {
				return Optional.of(new Placement(mine.entry(), ahead));
			}
			// first: if it stays unknown whether it was removed, a repetition of the
			// attempt removes it instead of finding it
			this.refused.add(key);
			this.nodes.delete(call, this.connection, mine);
			settle(key);
			this.refused.remove(key);
			return Optional.empty();
		}
		throw new BackendUnavailableException(directory + " is removed as soon as it is made");
	}

	/** Own place and what is ahead of it come from one and the same view. */
	private Optional<Placement> findPlacement(Call call, EntryKey key) {
		String directory = this.nodes.layout().directory(key.directory());
		// what this session had sent to another server is either here after this or
		// refused
		call.after(this.connection.sync(directory));
		List<String> names = this.nodes.names(call, this.connection.children(directory), directory);
		Node mine = null;
		boolean seen = this.session.isKnown(key);
		for (String name : names) {
			NodeName node = NodeName.parse(name);
			if (node != null && node.isQueued() && node.id().equals(key.id())) {
				mine = this.nodes.readQueued(call, this.connection, key.directory(), name, node);
				seen = true;
			}
		}
		if (mine != null && this.session.id().equals(mine.entry().sessionId())) {
			this.session.remember(mine);
			return Optional.of(new Placement(mine.entry(), ahead(call, mine, names)));
		}
		if (seen) {
			this.refused.add(key);
		}
		return Optional.empty();
	}

	private List<Ahead> ahead(Call call, Node mine, List<String> names) {
		List<Ahead> ahead = Ranking.byNumber(names, mine.number());
		return (ahead != null) ? ahead : Ranking
			.byRevision(this.nodes.list(call, this.connection, mine.entry().key().directory()), mine.entry());
	}

	/** Remove what is left of a refused attempt. */
	private void withdraw(Call call, EntryKey key) {
		Node left = call.repeat(() -> {
			this.session.begin(call);
			call.after(this.connection.sync(this.nodes.layout().directory(key.directory())));
			return this.nodes.find(call, this.connection, key);
		});
		if (left != null && this.session.id().equals(left.entry().sessionId())) {
			this.nodes.delete(call, this.connection, left);
		}
		settle(key);
	}

	/** An entry is certainly gone. */
	void settle(EntryKey key) {
		this.session.forget(key);
		this.doubtful.remove(key);
	}

}
