package io.github.coordination.ring;

/**
 * A place on the ring, an unsigned 128-bit number in two halves, and the node that stands
 * there.
 */
record Position(long high, long low, RingNode node) implements Comparable<Position> {

	boolean isAfter(long high, long low) {
		return compareTo(high, low) > 0;
	}

	@Override
	public int compareTo(Position other) {
		int result = compareTo(other.high, other.low);
		return (result != 0) ? result : this.node.compareTo(other.node);
	}

	private int compareTo(long high, long low) {
		int result = Long.compareUnsigned(this.high, high);
		return (result != 0) ? result : Long.compareUnsigned(this.low, low);
	}

}
