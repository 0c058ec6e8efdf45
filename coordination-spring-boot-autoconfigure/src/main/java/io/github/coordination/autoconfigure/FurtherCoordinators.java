package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import io.github.coordination.Coordinator;

/**
 * Does for further coordinators what {@link CoordinatorLifecycle} does for the first.
 */
final class FurtherCoordinators implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, AutoCloseable {

	private final ApplicationContext context;

	private final List<Coordinator> coordinators = new CopyOnWriteArrayList<>();

	private final List<CoordinatorLifecycle> lifecycles = new CopyOnWriteArrayList<>();

	private volatile boolean running;

	FurtherCoordinators(ApplicationContext context) {
		this.context = context;
	}

	/** Care for a coordinator that was connected, from now on or from the start on. */
	void add(Coordinator coordinator) {
		CoordinatorLifecycle lifecycle = new CoordinatorLifecycle(coordinator, true, this.context);
		this.coordinators.add(coordinator);
		this.lifecycles.add(lifecycle);
		if (this.running) {
			lifecycle.start();
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.lifecycles.forEach((each) -> each.onApplicationEvent(event));
	}

	@Override
	public void start() {
		this.running = true;
		this.lifecycles.forEach(CoordinatorLifecycle::start);
	}

	@Override
	public void stop() {
		this.running = false;
		this.lifecycles.forEach(CoordinatorLifecycle::stop);
	}

	/** Of a context that failed before it was started. */
	@Override
	public void close() {
		this.coordinators.forEach(Coordinator::close);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return CoordinatorLifecycle.PHASE;
	}

}
