package io.github.coordination.benchmarks.scenario;

import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Connect in a process without history, take many names with one thread, and keep them.
 *
 * @param store the store's name
 * @param contender the contender's name
 * @param url where the store is
 * @param count how many names
 */
record HeldLocks(String store, String contender, String url, int count) implements Order<HeldLocks.Cost> {

	/** Taken and given back before, as in any process that runs for a while. */
	private static final int EARLIER = 50;

	private static final int COLLECTIONS = 4;

	@Override
	public Cost run(Site site) throws Exception {
		int threadsBefore = threads();
		Contender.Client client = Stores.contender(this.store, this.contender).open(this.url);
		site.keep(client);
		for (int i = 0; i < EARLIER; i++) {
			try (Section section = client.section("S9-earlier-" + i)) {
				section.enter();
				section.leave();
			}
		}
		String[] names = new String[this.count];
		for (int i = 0; i < this.count; i++) {
			names[i] = "S9-" + i;
		}
		int threadsOpen = threads();
		long heapBefore = heap();
		List<Section> held = new ArrayList<>(this.count);
		long start = System.nanoTime();
		for (String name : names) {
			Section section = client.section(name);
			section.enter();
			held.add(section);
		}
		double taking = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
		long heap = heap() - heapBefore;
		site.keep(() -> leave(held));
		return new Cost((double) heap / this.count, threadsOpen - threadsBefore, threads() - threadsOpen, taking);
	}

	private static void leave(List<Section> held) throws Exception {
		for (Section section : held) {
			section.leave();
			section.close();
		}
	}

	private static int threads() {
		return ManagementFactory.getThreadMXBean().getThreadCount();
	}

	private static long heap() {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < COLLECTIONS; i++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
		}
		return least;
	}

	/**
	 * What it costs.
	 *
	 * @param heap bytes per name after garbage collection
	 * @param threadsOpen how many threads the client has
	 * @param threadsHeld how many more with all names held
	 * @param taking milliseconds to take all
	 */
	record Cost(double heap, int threadsOpen, int threadsHeld, double taking) implements Serializable {
	}

}
