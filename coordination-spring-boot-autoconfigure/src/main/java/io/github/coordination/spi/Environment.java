package io.github.coordination.spi;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Time, threads and chance, so that a whole cluster can be run in one thread under a
 * settable clock.
 *
 * @param clock where time comes from
 * @param timer runs short tasks later, by that clock
 * @param heart runs renewals, one at a time and nothing else
 * @param callbacks runs watch callbacks, listeners and background work; may run many at
 * once
 * @param random source of ids and jitter
 */
public record Environment(Clock clock, Timer timer, Executor heart, Executor callbacks, RandomGenerator random) {

	/**
	 * Return a new random id.
	 * @return 16 letters and digits, about 80 bits of chance
	 */
	public String newId() {
		StringBuilder id = new StringBuilder(16);
		for (int i = 0; i < 16; i++) {
			id.append(Character.forDigit(this.random.nextInt(32), 32));
		}
		return id.toString();
	}

}
