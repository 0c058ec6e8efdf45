package io.github.coordination.aop;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Names that annotations have, told to whoever asks, possibly twice.
 */
final class FoundNames {

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

	/** Tell of all names, of those already found first. */
	void tell(Consumer<String> listener) {
		this.listeners.add(listener);
		this.names.forEach(listener);
	}

	void add(String name) {
		if (this.names.add(name)) {
			this.listeners.forEach((listener) -> listener.accept(name));
		}
	}

}
