package io.github.coordination.spi;

/**
 * The clocks of the machine; the only place that reads them.
 */
final class SystemClock implements Clock {

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	@Override
	public long currentTimeMillis() {
		return System.currentTimeMillis();
	}

}
