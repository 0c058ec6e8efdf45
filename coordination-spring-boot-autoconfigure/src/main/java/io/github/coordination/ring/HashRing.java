package io.github.coordination.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Weighted consistent-hash ring: says which node owns a key, so that a node which comes
 * or goes moves only the keys it gains or loses.
 * <p>
 * The idea is that of Karger et al., <em>Consistent Hashing and Random Trees</em> (1997).
 * The placement is that of {@code tooz.hashring} in OpenStack; both give the same
 * answers:
 * <ol>
 * <li>A node stands at {@code partitions * weight} positions: the digests of its key
 * repeated two, three, four ... times, as unsigned big-endian numbers. Its key is its
 * name in UTF-8, unless given.</li>
 * <li>A key belongs to the node at the first position greater than the key's digest;
 * after the last position comes the first again.</li>
 * <li>The next distinct nodes clockwise are the further owners.</li>
 * </ol>
 * Two nodes may share positions ({@code 1} and {@code 11} do). tooz then keeps the node
 * added last; here both stay, the smaller key first (by unsigned bytes, then by name),
 * and the other takes over when it goes. So a ring does not depend on its history, and to
 * ignore a node in a lookup is the same as to remove it.
 * <p>
 * A ring is immutable and may be read by any number of threads. A lookup takes constant
 * time on average, a change time linear in the number of positions: they are merged, not
 * sorted again. A thread that looks up keys keeps one
 * {@link java.security.MessageDigest}, a few hundred bytes; a virtual thread creates its
 * own at its first lookup.
 */
public final class HashRing {

	/** Positions for each unit of weight, unless specified: {@value}. */
	public static final int DEFAULT_PARTITIONS = 32;

	/** Hash algorithm, unless specified: {@value}. */
	public static final String DEFAULT_ALGORITHM = "MD5";

	private final int partitions;

	private final RingHash hash;

	private final Map<String, RingNode> nodes;

	private final SortedPositions positions;

	private HashRing(int partitions, RingHash hash, Map<String, RingNode> nodes, SortedPositions positions) {
		this.partitions = partitions;
		this.hash = hash;
		this.nodes = nodes;
		this.positions = positions;
	}

	/**
	 * Return a ring with the default number of partitions and hash algorithm.
	 * @param weights the weight of each node by name, at least 1
	 * @return the ring
	 */
	public static HashRing of(Map<String, Integer> weights) {
		return empty(DEFAULT_PARTITIONS, DEFAULT_ALGORITHM).withNodes(weights);
	}

	/**
	 * Return a ring without nodes. Only rings with the same options give the same
	 * answers.
	 * @param partitions the positions for each unit of weight, at least 1; with more of
	 * them keys spread more evenly
	 * @param algorithm the hash algorithm, {@code MD5} or {@code SHA-256}
	 * @return the ring
	 */
	public static HashRing empty(int partitions, String algorithm) {
		if (partitions < 1) {
			throw new IllegalArgumentException(partitions + " partitions are not allowed; use at least 1");
		}
		return new HashRing(partitions, RingHash.of(algorithm), Map.of(), SortedPositions.NONE);
	}

	/**
	 * Return this ring with a node, which replaces all positions of a node of that name.
	 * A node may have up to 2<sup>20</sup> positions.
	 * @param node the name of the node
	 * @param weight the weight, at least 1
	 * @return the new ring
	 */
	public HashRing withNode(String node, int weight) {
		return withNode(node, weight, bytes(node));
	}

	/**
	 * Return this ring with a node that is not placed by its name.
	 * @param node the name of the node
	 * @param weight the weight, at least 1
	 * @param key the bytes to compute the positions from
	 * @return the new ring
	 * @see #withNode(String, int)
	 */
	public HashRing withNode(String node, int weight, byte[] key) {
		return with(List.of(new RingNode(node, weight, key)));
	}

	/**
	 * Return this ring with several nodes, for the price of one change.
	 * @param weights the weight of each node by name, at least 1
	 * @return the new ring
	 * @see #withNode(String, int)
	 */
	public HashRing withNodes(Map<String, Integer> weights) {
		List<RingNode> added = new ArrayList<>();
		weights.forEach((node, weight) -> added.add(new RingNode(node, weight, bytes(node))));
		return with(added);
	}

	private HashRing with(Collection<RingNode> added) {
		Map<String, RingNode> changed = new LinkedHashMap<>(this.nodes);
		Set<RingNode> replaced = new HashSet<>();
		List<Position> positions = new ArrayList<>();
		for (RingNode node : added) {
			Collections.addAll(positions, node.positions(this.hash, this.partitions));
			RingNode previous = changed.put(node.name(), node);
			if (previous != null) {
				replaced.add(previous);
			}
		}
		return new HashRing(this.partitions, this.hash, changed, this.positions.change(replaced, positions));
	}

	/**
	 * Return this ring without a node. An unknown node changes nothing, as the news that
	 * a node has left may well come twice.
	 * @param node the name of the node
	 * @return the new ring, or this one if the node is unknown
	 */
	public HashRing withoutNode(String node) {
		Map<String, RingNode> changed = new LinkedHashMap<>(this.nodes);
		RingNode removed = changed.remove(node);
		if (removed == null) {
			return this;
		}
		SortedPositions rest = this.positions.change(Set.of(removed), List.of());
		return new HashRing(this.partitions, this.hash, changed, rest);
	}

	/**
	 * Return the nodes and their weights.
	 * @return an unmodifiable map from name to weight
	 */
	public Map<String, Integer> weights() {
		Map<String, Integer> weights = new LinkedHashMap<>();
		this.nodes.forEach((name, node) -> weights.put(name, node.weight()));
		return Collections.unmodifiableMap(weights);
	}

	/**
	 * Return the number of positions, shared ones counted for each node.
	 * @return partitions times the sum of all weights
	 */
	public int positions() {
		return this.positions.size();
	}

	/**
	 * Return the node that owns a key.
	 * @param key the key, hashed as UTF-8
	 * @return the name of the node; empty only if the ring is
	 */
	public Optional<String> owner(String key) {
		return Optional.ofNullable(owner(bytes(key)));
	}

	/**
	 * Return the node that owns a key. This form allocates nothing.
	 * @param key the key
	 * @return the name of the node; {@code null} only if the ring is empty
	 */
	public @Nullable String owner(byte[] key) {
		return (this.positions.size() != 0) ? this.positions.node(indexOf(key)).name() : null;
	}

	/**
	 * Return the first nodes clockwise from a key.
	 * @param key the key, hashed as UTF-8
	 * @param replicas the number of nodes wanted
	 * @return the names of that many nodes, or of all, the owner first
	 */
	public Set<String> owners(String key, int replicas) {
		return owners(key, replicas, Set.of());
	}

	/**
	 * Return the first nodes clockwise from a key, as if some nodes had been removed.
	 * @param key the key, hashed as UTF-8
	 * @param replicas the number of nodes wanted
	 * @param ignored the names of the nodes to leave out; unknown ones are allowed
	 * @return the names of that many other nodes, or of all, in order
	 */
	public Set<String> owners(String key, int replicas, Set<String> ignored) {
		return owners(bytes(key), replicas, ignored);
	}

	/**
	 * Return the first nodes clockwise from a key, as if some nodes had been removed.
	 * @param key the key
	 * @param replicas the number of nodes wanted
	 * @param ignored the names of the nodes to leave out; unknown ones are allowed
	 * @return the names of that many other nodes, or of all, in order
	 */
	public Set<String> owners(byte[] key, int replicas, Set<String> ignored) {
		if (replicas < 0) {
			throw new IllegalArgumentException(replicas + " replicas are not allowed; use at least 0");
		}
		Set<String> owners = new LinkedHashSet<>();
		int wanted = Math.min(replicas, this.nodes.size());
		int start = indexOf(key);
		for (int i = 0; i < this.positions.size() && owners.size() < wanted; i++) {
			String node = this.positions.node(start + i).name();
			if (!ignored.contains(node)) {
				owners.add(node);
			}
		}
		return Collections.unmodifiableSet(owners);
	}

	private int indexOf(byte[] key) {
		ByteBuffer digest = this.hash.digest(key);
		return this.positions.after(digest.getLong(0), digest.getLong(Long.BYTES));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return "HashRing[nodes=%d, positions=%d, partitions=%d, algorithm=%s]".formatted(this.nodes.size(), positions(),
				this.partitions, this.hash);
	}

}
