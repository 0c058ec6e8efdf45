package io.github.coordination.aop;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.core.ReactiveAdapter;

import io.github.coordination.LockLostException;

/**
 * Runs calls whose work begins when somebody subscribes to what they return: each
 * subscription is a call of its own. It needs Reactor, and nothing touches it where that
 * is missing.
 *
 * <p>
 * What may block does so on threads of the background, never on the one that subscribes,
 * and never on those of Reactor: its pool is bounded, and those who wait for a lock could
 * keep its holder from giving it back.
 */
final class ReactiveCalls {

	private final Background background;

	ReactiveCalls(Background background) {
		this.background = background;
	}

	/**
	 * Defer a call.
	 * @param <P> what it runs by
	 * @param adapter of the method's return type
	 * @param interrupts whether subscribers are to know that what they run by was lost
	 * @param calls makes the call of a subscription, from what calls around it carry
	 * @return what the caller subscribes to
	 */
	<P extends Permission> Object defer(ReactiveAdapter adapter, boolean interrupts,
			Function<Function<Object, @Nullable Object>, DeferredCall<P>> calls) {
		if (adapter.isMultiValue()) {
			return adapter.fromPublisher(
					Flux.deferContextual((context) -> new Subscribed<>(calls, context, adapter, interrupts).flux()));
		}
		return adapter.fromPublisher(
				Mono.deferContextual((context) -> new Subscribed<>(calls, context, adapter, interrupts).mono()));
	}

	/**
	 * One subscription.
	 *
	 * @param <P> what its call runs by
	 */
	private final class Subscribed<P extends Permission> {

		private final DeferredCall<P> call;

		private final ReactiveAdapter adapter;

		private final boolean interrupts;

		// guarded by this

		/**
		 * The thread that runs the method, or still asks whether it may, or runs what can
		 * be run of the work at once.
		 */
		private @Nullable Caller entering;

		/** What that thread is to do at last. */
		private @Nullable Runnable ending;

		private @Nullable P permission;

		private boolean cancelled;

		private boolean over;

		Subscribed(Function<Function<Object, @Nullable Object>, DeferredCall<P>> calls, ContextView context,
				ReactiveAdapter adapter, boolean interrupts) {
			this.call = calls.apply((key) -> context.getOrDefault(key, null));
			this.adapter = adapter;
			this.interrupts = interrupts;
		}

		Flux<Object> flux() {
			return work().flatMapMany((work) -> guarded(Flux.<Object>from(work)))
				.onErrorResume((failure) -> end(failure).then(Mono.error(failure)))
				.concatWith(Mono.defer(() -> end(null)))
				.doFinally((signal) -> cancel());
		}

		Mono<Object> mono() {
			return work().flatMap((work) -> guarded(Mono.<Object>fromDirect(work)))
				.map(Optional::of)
				.defaultIfEmpty(Optional.empty())
				.onErrorResume((failure) -> end(failure).then(Mono.error(failure)))
				.flatMap((value) -> end(null).then(Mono.justOrEmpty(value)))
				.doFinally((signal) -> cancel());
		}

		private Flux<Object> guarded(Flux<Object> work) {
			Flux<Object> informed = work.contextWrite(this::inform);
			return this.interrupts ? informed.takeUntilOther(lost()) : informed;
		}

		private Mono<Object> guarded(Mono<Object> work) {
			Mono<Object> informed = work.contextWrite(this::inform);
			return this.interrupts ? informed.takeUntilOther(lost()) : informed;
		}

		private Context inform(Context context) {
			P granted = Objects.requireNonNull(granted(), "there is no work without a permission");
			return context.putAll(Context.of(this.call.carried(granted)).readOnly());
		}

		private Mono<Publisher<?>> work() {
			return Mono.create((sink) -> ReactiveCalls.this.background.execute(() -> enter(sink)));
		}

		private void enter(MonoSink<Publisher<?>> sink) {
			Caller caller = new Caller();
			synchronized (this) {
				if (this.cancelled) {
					return;
				}
				this.entering = caller;
			}
			Publisher<?> work = null;
			Throwable failure = null;
			try {
				P granted = this.call.enter();
				if (granted != null && begin(granted)) {
					work = this.adapter.toPublisher(this.call.proceed(granted));
				}
			}
			catch (Throwable ex) {
				failure = ex;
			}
			try {
				pass(sink, work, failure);
			}
			finally {
				leave(caller, failure);
			}
		}

		/** Hand over what the method returned; its work may run before this returns. */
		private void pass(MonoSink<Publisher<?>> sink, @Nullable Publisher<?> work, @Nullable Throwable failure) {
			synchronized (this) {
				if (this.cancelled) {
					return;
				}
			}
			if (failure != null) {
				sink.error(failure);
			}
			else if (work != null) {
				sink.success(work);
			}
			else {
				sink.success();
			}
		}

		private void leave(Caller caller, @Nullable Throwable failure) {
			P granted = granted();
			if (granted != null) {
				granted.leave();
			}
			caller.leave();
			Runnable ending;
			boolean unwanted;
			synchronized (this) {
				this.entering = null;
				ending = this.ending;
				unwanted = this.cancelled;
			}
			if (ending != null) {
				ending.run();
			}
			else if (unwanted) {
				finish(failure);
			}
		}

		/** Run by a permission, unless nobody waits for it any more. */
		private boolean begin(P granted) {
			synchronized (this) {
				if (!this.cancelled) {
					this.permission = granted;
					return true;
				}
			}
			granted.abandon();
			return false;
		}

		/**
		 * Completes when the permission is lost, which ends the work by cancelling it;
		 * the end of the call then fails.
		 */
		private Mono<Void> lost() {
			return Mono.create((sink) -> {
				P granted = granted();
				if (granted != null) {
					sink.onDispose(granted.onLost(sink::success)::close);
				}
			});
		}

		private @Nullable P granted() {
			synchronized (this) {
				return this.permission;
			}
		}

		/** End the call, and fail if its permission was lost. */
		private Mono<Object> end(@Nullable Throwable failure) {
			return Mono.create((sink) -> {
				Runnable task = () -> end(failure, sink);
				synchronized (this) {
					if (this.entering != null) {
						// the work may still run there
						this.ending = task;
						return;
					}
				}
				ReactiveCalls.this.background.execute(task);
			});
		}

		private void end(@Nullable Throwable failure, MonoSink<Object> sink) {
			LockLostException lost;
			try {
				lost = finish(failure);
			}
			catch (Throwable ex) {
				// nobody else would tell those who wait
				sink.error(ex);
				return;
			}
			if (lost != null) {
				sink.error(lost);
			}
			else {
				sink.success();
			}
		}

		/**
		 * Nobody listens any more, if it is not over yet. The method itself, or its work,
		 * may be running on the thread that entered, which then finishes the call.
		 */
		private void cancel() {
			Caller caller;
			synchronized (this) {
				if (this.over) {
					return;
				}
				this.cancelled = true;
				caller = this.entering;
			}
			if (caller == null) {
				ReactiveCalls.this.background.execute(() -> finish(null));
			}
			else if (!caller.isCurrent()) {
				caller.interrupt();
			}
		}

		private @Nullable LockLostException finish(@Nullable Throwable failure) {
			P ending;
			synchronized (this) {
				if (this.over) {
					return null;
				}
				this.over = true;
				ending = this.permission;
			}
			LockLostException lost = null;
			try {
				if (ending != null && !ending.end() && this.interrupts) {
					lost = (failure instanceof LockLostException known) ? known : ending.lostException(failure);
				}
			}
			finally {
				this.call.over(ending, (lost != null) ? lost : failure);
			}
			return lost;
		}

	}

}
