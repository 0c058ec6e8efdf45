package io.github.coordination.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The processes of a test class. Those that a test leaves alive are used again, with a
 * new coordinator, since a JVM takes a while to start; all are killed in the end. A test
 * that fails shows what they wrote to their standard error.
 */
final class Processes implements AfterEachCallback, AfterAllCallback, TestExecutionExceptionHandler {

	private final List<CoordinatorProcess> used = new ArrayList<>();

	private final Deque<CoordinatorProcess> idle = new ArrayDeque<>();

	/** Take a process that has no coordinator yet. */
	CoordinatorProcess take() {
		CoordinatorProcess process = this.idle.isEmpty() ? CoordinatorProcess.start() : this.idle.pop();
		this.used.add(process);
		return process;
	}

	@Override
	public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
		for (CoordinatorProcess process : this.used) {
			if (!process.errors().isEmpty()) {
				failure.addSuppressed(new AssertionError(process + " wrote:\n" + process.errors()));
			}
		}
		throw failure;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		List<CoordinatorProcess> alive = this.used.stream().filter(CoordinatorProcess::isAlive).toList();
		try {
			if (context.getExecutionException().isEmpty()) {
				alive.stream().filter(CoordinatorProcess::isStopped).forEach(CoordinatorProcess::resume);
				List<CompletableFuture<String>> closing = alive.stream().map(CoordinatorProcess::disconnect).toList();
				for (int i = 0; i < alive.size(); i++) {
					alive.get(i).answer(closing.get(i));
				}
				this.idle.addAll(alive);
				this.used.removeAll(alive);
			}
		}
		finally {
			this.used.forEach(CoordinatorProcess::close);
			this.used.clear();
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		Stream.concat(this.used.stream(), this.idle.stream()).forEach(CoordinatorProcess::close);
		this.used.clear();
		this.idle.clear();
	}

}
