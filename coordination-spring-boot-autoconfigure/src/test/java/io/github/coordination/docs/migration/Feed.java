package io.github.coordination.docs.migration;

import org.springframework.context.SmartLifecycle;

/**
 * Stands for an endpoint that runs in the leader only.
 */
class Feed implements SmartLifecycle {

	private volatile boolean running;

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isAutoStartup() {
		return false;
	}

}
