package io.github.coordination.ring;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;

/**
 * The positions of a ring in order, immutable. Digests are spread evenly, so a table over
 * their leading bits, about as long as the ring, leads to the place of a lookup in
 * constant time on average.
 */
final class SortedPositions {

	static final SortedPositions NONE = new SortedPositions(new Position[0]);

	private final Position[] positions;

	/** For each value of the leading bits the first position with that value or more. */
	private final int[] first;

	private final int shift;

	private SortedPositions(Position[] positions) {
		this.positions = positions;
		int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(positions.length));
		this.shift = Long.SIZE - bits;
		this.first = new int[1 << bits];
		int filled = 0;
		for (int i = 0; i < positions.length; i++) {
			int bucket = (int) (positions[i].high() >>> this.shift);
			while (filled <= bucket) {
				this.first[filled++] = i;
			}
		}
		Arrays.fill(this.first, filled, this.first.length, positions.length);
	}

	/**
	 * Return these positions without those of some nodes and with some others, by one
	 * merge.
	 */
	SortedPositions change(Set<RingNode> removed, Collection<Position> added) {
		Position[] sorted = added.toArray(Position[]::new);
		Arrays.sort(sorted);
		Position[] merged = new Position[this.positions.length + sorted.length];
		int size = 0;
		int next = 0;
		for (Position position : this.positions) {
			if (removed.contains(position.node())) {
				continue;
			}
			while (next < sorted.length && sorted[next].compareTo(position) < 0) {
				merged[size++] = sorted[next++];
			}
			merged[size++] = position;
		}
		System.arraycopy(sorted, next, merged, size, sorted.length - next);
		return new SortedPositions(Arrays.copyOf(merged, size + sorted.length - next));
	}

	int size() {
		return this.positions.length;
	}

	/**
	 * Return the node at an index, which may run on past the end of the ring.
	 */
	RingNode node(int index) {
		int length = this.positions.length;
		return this.positions[(index < length) ? index : index - length].node();
	}

	/**
	 * Return the index of the first position after a place; the size, if there is none.
	 */
	int after(long high, long low) {
		int index = this.first[(int) (high >>> this.shift)];
		while (index < this.positions.length && !this.positions[index].isAfter(high, low)) {
			index++;
		}
		return index;
	}

}
