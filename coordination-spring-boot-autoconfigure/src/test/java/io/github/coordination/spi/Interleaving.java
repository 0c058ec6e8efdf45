package io.github.coordination.spi;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.coordination.test.Operation;

/**
 * Runs something at a chosen moment of a call to a store, so that what happens at the
 * same time in life happens in a fixed order in a test.
 */
public final class Interleaving {

	private final Map<Operation, Queue<Runnable>> before = new ConcurrentHashMap<>();

	private final Map<Operation, Queue<Runnable>> after = new ConcurrentHashMap<>();

	private final AtomicInteger openSessions = new AtomicInteger();

	private volatile UnaryOperator<SessionGrant> grants = UnaryOperator.identity();

	/**
	 * Put the moments into a backend's calls.
	 * @param backend the backend
	 * @return what passes everything on to it
	 */
	public CoordinationBackend over(CoordinationBackend backend) {
		return proxy(CoordinationBackend.class, (method, arguments) -> {
			Object result = call(backend, method, arguments);
			return (result instanceof BackendSession session) ? over(session) : result;
		});
	}

	/**
	 * Run something when the next call is about to reach the store.
	 * @param operation the call
	 * @param action what to run, in the thread of the call
	 */
	public void beforeNext(Operation operation, Runnable action) {
		this.before.computeIfAbsent(operation, (key) -> new ConcurrentLinkedQueue<>()).add(action);
	}

	/**
	 * Run something when the next call has been answered by the store, and the caller has
	 * not yet heard of it.
	 * @param operation the call
	 * @param action what to run, in the thread of the call
	 */
	public void afterNext(Operation operation, Runnable action) {
		this.after.computeIfAbsent(operation, (key) -> new ConcurrentLinkedQueue<>()).add(action);
	}

	/**
	 * Change what the store grants from now on.
	 * @param change from what it would grant to what it grants
	 */
	public void changeGrants(UnaryOperator<SessionGrant> change) {
		this.grants = change;
	}

	/**
	 * Return how many sessions were opened and not closed.
	 * @return their number
	 */
	public int openSessions() {
		return this.openSessions.get();
	}

	private BackendSession over(BackendSession session) {
		this.openSessions.incrementAndGet();
		return proxy(BackendSession.class, (method, arguments) -> {
			Object result = call(session, method, arguments);
			if (method.getName().equals("close")) {
				this.openSessions.decrementAndGet();
			}
			return (result instanceof SessionGrant grant) ? this.grants.apply(grant) : result;
		});
	}

	private Object call(Object target, Method method, Object[] arguments) throws Throwable {
		run(this.before, method);
		Object result;
		try {
			result = method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
		run(this.after, method);
		return result;
	}

	private static void run(Map<Operation, Queue<Runnable>> moments, Method method) {
		moments.forEach((operation, actions) -> {
			if (operation.name().equals(method.getName().toUpperCase(Locale.ROOT))) {
				Runnable action = actions.poll();
				if (action != null) {
					action.run();
				}
			}
		});
	}

	private static <T> T proxy(Class<T> type, Call call) {
		InvocationHandler handler = (proxy, method, arguments) -> call.make(method, arguments);
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private interface Call {

		Object make(Method method, Object[] arguments) throws Throwable;

	}

}
