package io.github.coordination.backend.zookeeper;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.coordination.IndeterminateResultException;
import io.github.coordination.backend.zookeeper.Layout.Node;
import io.github.coordination.backend.zookeeper.Layout.NodeName;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement.Ahead;

/**
 * What is ahead of an entry in its queue. Asks nothing of the store.
 */
final class Ranking {

	private Ranking() {
	}

	/**
	 * Tell it from the numbers in the names.
	 * @param names the queue's names of one moment, the entry's own among them
	 * @param mine the entry's number
	 * @return what is ahead, the oldest first; {@code null} if numbers do not tell:
	 * ZooKeeper counts the changes of a directory, and gives the last number for ever
	 */
	static @Nullable List<Ahead> byNumber(List<String> names, int mine) {
		if (names.size() == 1) {
			return List.of();
		}
		List<NodeName> ahead = new ArrayList<>();
		for (String name : names) {
			NodeName other = NodeName.parse(name);
			if (other == null || !other.isQueued()) {
				continue;
			}
			if (other.number() < 0 || other.number() == Integer.MAX_VALUE) {
				return null;
			}
			if (other.number() < mine) {
				ahead.add(other);
			}
		}
		ahead.sort(Comparator.comparingInt(NodeName::number));
		return ahead.stream().map((other) -> new Ahead(other.id(), other.tag())).toList();
	}

	/**
	 * Tell it from the transactions that made the entries.
	 * @param nodes everything that is in the queue, the oldest first
	 * @param mine the entry
	 * @return what is ahead, the oldest first
	 * @throws IndeterminateResultException if the entry is not among them
	 */
	static List<Ahead> byRevision(List<Node> nodes, Entry mine) {
		List<Ahead> ahead = new ArrayList<>();
		for (Node node : nodes) {
			if (node.entry().createRevision() == mine.createRevision()) {
				return List.copyOf(ahead);
			}
			if (node.nonce().isEmpty()) {
				ahead.add(new Ahead(node.entry().key().id(), node.entry().tag()));
			}
		}
		throw new IndeterminateResultException(mine.key() + " was removed as soon as it was created");
	}

}
