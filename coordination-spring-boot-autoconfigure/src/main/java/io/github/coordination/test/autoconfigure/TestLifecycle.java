package io.github.coordination.test.autoconfigure;

import org.springframework.context.SmartLifecycle;

/**
 * Does something whenever the context starts, and something when it stops or pauses.
 */
final class TestLifecycle implements SmartLifecycle {

	private final int phase;

	private final Runnable onStart;

	private final Runnable onStop;

	private volatile boolean running;

	TestLifecycle(int phase, Runnable onStart, Runnable onStop) {
		this.phase = phase;
		this.onStart = onStart;
		this.onStop = onStop;
	}

	@Override
	public void start() {
		this.onStart.run();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.onStop.run();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return this.phase;
	}

}
