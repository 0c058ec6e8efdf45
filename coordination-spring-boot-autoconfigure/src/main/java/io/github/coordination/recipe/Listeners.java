package io.github.coordination.recipe;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.coordination.Subscription;

/**
 * Listeners of one name. Each is called in order and on its own, so that a slow or
 * failing one harms nobody else.
 *
 * @param <L> type of listener
 */
final class Listeners<L> {

	private final Executor executor;

	private final List<Registered<L>> registered = new CopyOnWriteArrayList<>();

	Listeners(Executor executor) {
		this.executor = executor;
	}

	boolean isEmpty() {
		return this.registered.isEmpty();
	}

	/** Make a subscription that is not called yet. */
	Registered<L> prepare(L listener) {
		return new Registered<>(this, listener, new SerialExecutor(this.executor));
	}

	/** Add what was prepared and call it first, unless it was closed meanwhile. */
	void add(Registered<L> prepared, Consumer<L> first) {
		this.registered.add(prepared);
		prepared.call(first);
		if (!prepared.open) {
			this.registered.remove(prepared);
		}
	}

	Subscription add(L listener) {
		Registered<L> added = prepare(listener);
		this.registered.add(added);
		return added;
	}

	/** Call all; the result completes when all have returned. */
	CompletableFuture<Void> tell(Consumer<L> call) {
		return CompletableFuture
			.allOf(this.registered.stream().map((each) -> each.call(call)).toArray(CompletableFuture[]::new));
	}

	/**
	 * One listener's subscription.
	 *
	 * @param <L> type of listener
	 */
	static final class Registered<L> implements Subscription {

		private final Listeners<L> listeners;

		private final L listener;

		private final SerialExecutor calls;

		private volatile boolean open = true;

		private Registered(Listeners<L> listeners, L listener, SerialExecutor calls) {
			this.listeners = listeners;
			this.listener = listener;
			this.calls = calls;
		}

		@Override
		public void close() {
			this.open = false;
			this.listeners.registered.remove(this);
		}

		private CompletableFuture<Void> call(Consumer<L> call) {
			CompletableFuture<Void> returned = new CompletableFuture<>();
			this.calls.execute(() -> {
				try {
					if (this.open) {
						call.accept(this.listener);
					}
				}
				finally {
					returned.complete(null);
				}
			});
			return returned;
		}

	}

}
