package io.github.coordination.aop;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods under the lock {@code orders} that return a reactive type.
 */
class ReactiveOrders {

	private final State state = new State();

	public State state() {
		return this.state;
	}

	@DistributedLock("orders")
	public Mono<FencingToken> mono(@Nullable FencingToken token) {
		assertThat(token).isNotNull();
		return this.state.working().thenReturn(token);
	}

	@DistributedLock("orders")
	public Mono<Boolean> mayBlock() {
		return Mono.just(!Schedulers.isInNonBlockingThread());
	}

	@DistributedLock("orders")
	public Flux<Integer> flux() {
		return Flux.just(1).concatWith(this.state.working().thenReturn(2));
	}

	@DistributedLock("orders")
	public Mono<Integer> counted() {
		return Mono.fromCallable(() -> {
			this.state.mostInside.accumulateAndGet(this.state.inside.incrementAndGet(), Math::max);
			return 1;
		}).delayElement(Duration.ofMillis(5)).doOnNext((one) -> this.state.inside.decrementAndGet());
	}

	@DistributedLock("orders")
	public Mono<String> failing() {
		return Mono.error(new IllegalStateException("no"));
	}

	@DistributedLock("orders")
	public Mono<String> throwing() {
		throw new IllegalStateException("no");
	}

	@DistributedLock(name = "orders", waitTime = "0")
	public Mono<String> orThrow() {
		return Mono.just("ran");
	}

	@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
	public Mono<String> trySingle() {
		return Mono.just("ran");
	}

	@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
	public Flux<String> tryMany() {
		return Flux.just("ran", "ran");
	}

	@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
	public Mono<Boolean> notified(@Nullable LockHandle handle) {
		assertThat(handle).isNotNull();
		handle.onLost(() -> this.state.lost.complete(true));
		return this.state.working().thenReturn(true);
	}

	@DistributedLock("orders")
	public Mono<String> around(AnnotationSupport.Action<Mono<String>> action) throws Exception {
		return Mono.just("").flatMap((nothing) -> {
			try {
				return action.run();
			}
			catch (Exception ex) {
				return Mono.error(ex);
			}
		});
	}

	@DistributedLock("orders")
	public Optional<String> blocking(AnnotationSupport.Action<Optional<String>> action) throws Exception {
		return action.run();
	}

	@DistributedLock("orders")
	public Flow.Publisher<Integer> published() {
		return JdkFlowAdapter.publisherToFlowPublisher(
				Flux.just(1).concatWith(this.state.working().thenReturn(2)).filter((item) -> item == 1));
	}

	static class State {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch cancelled = new CountDownLatch(1);

		final Sinks.Empty<Void> work = Sinks.empty();

		final CompletableFuture<Boolean> lost = new CompletableFuture<>();

		final AtomicInteger inside = new AtomicInteger();

		final AtomicInteger mostInside = new AtomicInteger();

		void await() throws InterruptedException {
			assertThat(this.entered.await(20, TimeUnit.SECONDS)).isTrue();
		}

		Mono<Void> working() {
			return this.work.asMono()
				.doOnSubscribe((subscription) -> this.entered.countDown())
				.doOnCancel(this.cancelled::countDown);
		}

	}

}
