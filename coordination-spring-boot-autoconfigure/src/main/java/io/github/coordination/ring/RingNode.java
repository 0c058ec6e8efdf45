package io.github.coordination.ring;

import java.util.Arrays;

/**
 * A node of the ring and the key that its positions are computed from. Nodes are ordered
 * by the unsigned bytes of their keys and then by name, which settles who owns a position
 * that two nodes share. Equality is identity: a node with another weight is another node.
 */
final class RingNode implements Comparable<RingNode> {

	private static final int MAX_POSITIONS = 1 << 20;

	private final String name;

	private final int weight;

	private final byte[] key;

	RingNode(String name, int weight, byte[] key) {
		if (weight < 1) {
			throw new IllegalArgumentException(
					"Weight %d of node '%s' is not allowed; use at least 1".formatted(weight, name));
		}
		this.name = name;
		this.weight = weight;
		this.key = key.clone();
	}

	String name() {
		return this.name;
	}

	int weight() {
		return this.weight;
	}

	Position[] positions(RingHash hash, int partitions) {
		long count = (long) partitions * this.weight;
		if (count > MAX_POSITIONS) {
			throw new IllegalArgumentException(
					"Node '%s' of weight %d has %d positions; use a smaller weight or fewer partitions, for at most %d"
						.formatted(this.name, this.weight, count, MAX_POSITIONS));
		}
		return hash.positions(this, this.key, (int) count);
	}

	@Override
	public int compareTo(RingNode other) {
		int result = Arrays.compareUnsigned(this.key, other.key);
		return (result != 0) ? result : this.name.compareTo(other.name);
	}

}
