package io.github.coordination.aop;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.FragileStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests of annotations have in common: contexts that share a store of their own in
 * memory.
 */
abstract class AnnotationSupport {

	final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID());

	/** Do something while somebody else has a lock. */
	static void holding(ApplicationContext context, String name, Step step) throws Exception {
		try (LockHandle held = context.getBean(Coordinator.class).lock(name).acquire()) {
			step.run();
			held.ensureHeld();
		}
	}

	static boolean isFree(ApplicationContext context, String name) {
		return context.getBean(Coordinator.class).lock(name).tryAcquire().map(LockHandle::release).orElse(false);
	}

	/** Wait until a context leads the election {@code billing}. */
	static void awaitLeader(ApplicationContext context) {
		Awaitility.await().until(() -> context.getBean(Coordinator.class).election("billing").isLeader());
	}

	/** Run on a store that can lose sessions. */
	static void onFragileStore(ApplicationContextRunner runner, FragileTest test) {
		FragileStore store = new FragileStore();
		runner.withBean(Coordinator.class, store::connect).run((context) -> test.run(context, store));
	}

	/** Call on a thread of its own. */
	static <T extends @Nullable Object> FutureTask<T> begin(Callable<T> action) {
		FutureTask<T> task = new FutureTask<>(action);
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

	/** Return why a context did not start. */
	static InvalidAnnotationException failure(Throwable startupFailure) {
		Throwable failure = startupFailure;
		while (!(failure instanceof InvalidAnnotationException)) {
			assertThat(failure).as("cause of " + startupFailure).isNotNull();
			failure = failure.getCause();
		}
		return (InvalidAnnotationException) failure;
	}

	interface Step {

		void run() throws Exception;

	}

	interface Action<T extends @Nullable Object> {

		T run() throws Exception;

	}

	interface FragileTest {

		void run(ApplicationContext context, FragileStore store) throws Exception;

	}

}
