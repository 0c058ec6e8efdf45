package io.github.coordination.benchmarks.scenario;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one thread did in a round: four instants of each section. Used by that thread
 * until the round is over.
 */
final class Log implements Serializable {

	private static final int INSTANTS = 4;

	/** Sections per piece: growing must not copy what is there while others wait. */
	private static final int PIECE = 8192;

	private final int process;

	private final int name;

	private final List<long[]> pieces = new ArrayList<>();

	private int size;

	Log(int process, int name) {
		this.process = process;
		this.name = name;
	}

	/**
	 * Add a section.
	 * @param asked when it began to wait
	 * @param granted when it was inside
	 * @param leaving when it began to leave
	 * @param left when it had left
	 */
	void add(long asked, long granted, long leaving, long left) {
		if (this.size % PIECE == 0) {
			this.pieces.add(new long[PIECE * INSTANTS]);
		}
		long[] piece = this.pieces.get(this.size / PIECE);
		int next = this.size % PIECE * INSTANTS;
		piece[next] = asked;
		piece[next + 1] = granted;
		piece[next + 2] = leaving;
		piece[next + 3] = left;
		this.size++;
	}

	int process() {
		return this.process;
	}

	int name() {
		return this.name;
	}

	int size() {
		return this.size;
	}

	long granted(int section) {
		return instant(section, 1);
	}

	long leaving(int section) {
		return instant(section, 2);
	}

	long left(int section) {
		return instant(section, 3);
	}

	/** Return how long entering and leaving took, without the time inside. */
	long cost(int section) {
		return (granted(section) - instant(section, 0)) + (left(section) - leaving(section));
	}

	private long instant(int section, int which) {
		return this.pieces.get(section / PIECE)[section % PIECE * INSTANTS + which];
	}

}
