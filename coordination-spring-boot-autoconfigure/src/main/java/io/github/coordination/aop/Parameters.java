package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.util.stream.IntStream;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;

/**
 * Which parameters of a method are filled in.
 */
final class Parameters {

	private final int[] tokens;

	private final int[] handles;

	Parameters(Method method) {
		this.tokens = ofType(method, FencingToken.class);
		this.handles = ofType(method, LockHandle.class);
	}

	boolean hasToken() {
		return this.tokens.length > 0;
	}

	boolean hasHandle() {
		return this.handles.length > 0;
	}

	void fill(Object[] arguments, LockHandle handle) {
		for (int index : this.handles) {
			arguments[index] = handle;
		}
		if (this.tokens.length > 0) {
			fill(arguments, handle.fencingToken());
		}
	}

	void fill(Object[] arguments, FencingToken token) {
		for (int index : this.tokens) {
			arguments[index] = token;
		}
	}

	private static int[] ofType(Method method, Class<?> type) {
		Class<?>[] types = method.getParameterTypes();
		return IntStream.range(0, types.length).filter((index) -> types[index] == type).toArray();
	}

}
