package io.github.coordination.backend.memcached;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Threads for what must not be done on the caller's. They end when they have had nothing
 * to do for a while.
 */
final class PlatformThreads {

	private static final int IDLE_SECONDS = 5;

	private static final AtomicInteger NUMBER = new AtomicInteger();

	/** What it is asked to do begins at once. */
	static final Executor EXECUTOR = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
			new SynchronousQueue<>(), (task) -> {
				Thread thread = new Thread(task, "coordination-memcached-" + NUMBER.incrementAndGet());
				thread.setDaemon(true);
				return thread;
			});

	/** {@code Thread.isVirtual()}, which Java has since 21. */
	private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

	private PlatformThreads() {
	}

	/**
	 * Call something that reads from sockets. An interrupt closes the socket of a virtual
	 * thread, which would leave the outcome unknown without need: such a caller waits for
	 * another thread.
	 */
	static <T> T call(Supplier<T> call) {
		if (!callerIsVirtual()) {
			return call.get();
		}
		try {
			return CompletableFuture.supplyAsync(call, EXECUTOR).join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw ex;
		}
	}

	private static boolean callerIsVirtual() {
		try {
			return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
		}
		catch (Throwable ex) {
			throw new IllegalStateException("a thread knows what it is", ex);
		}
	}

	private static @Nullable MethodHandle isVirtual() {
		try {
			return MethodHandles.publicLookup()
				.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
		}
		catch (ReflectiveOperationException ex) {
			return null;
		}
	}

}
