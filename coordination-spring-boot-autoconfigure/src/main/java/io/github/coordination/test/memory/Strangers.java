package io.github.coordination.test.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;

/**
 * The other processes on the store, started when they are first asked for.
 */
final class Strangers implements AutoCloseable {

	private final CoordinatorOptions options;

	private final ProcessThreads threads;

	private final ReentrantLock guard = new ReentrantLock();

	/** By their member ids; guarded. */
	private final Map<String, TestProcess> processes = new LinkedHashMap<>();

	Strangers(CoordinatorOptions options, ProcessThreads threads) {
		this.options = options;
		this.threads = threads;
	}

	Coordinator get(String memberId) {
		this.guard.lock();
		try {
			return this.processes
				.computeIfAbsent(memberId, (id) -> TestProcess.start(this.options.withMemberId(id), this.threads))
				.coordinator();
		}
		finally {
			this.guard.unlock();
		}
	}

	List<Coordinator> all() {
		return processes().stream().map(TestProcess::coordinator).toList();
	}

	void wakeWatches() {
		processes().forEach((process) -> process.backend().wakeWatches());
	}

	/** Let all of them go, with everything they have. */
	void dismiss() {
		List<TestProcess> leaving;
		this.guard.lock();
		try {
			leaving = List.copyOf(this.processes.values());
			this.processes.clear();
		}
		finally {
			this.guard.unlock();
		}
		leaving.forEach((process) -> process.coordinator().close());
	}

	@Override
	public void close() {
		dismiss();
		this.threads.close();
	}

	private List<TestProcess> processes() {
		this.guard.lock();
		try {
			return List.copyOf(this.processes.values());
		}
		finally {
			this.guard.unlock();
		}
	}

}
