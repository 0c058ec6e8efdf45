package io.github.coordination.benchmarks.scenario;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Section;
import io.github.coordination.server.TcpProxy;

/**
 * Coordinators that reach their store through a network that falls silent, without any
 * connection being closed.
 */
final class SilentNetwork implements AutoCloseable {

	static final int HOLDERS = 20;

	/** Short, because a round waits for it to pass; every store grants it. */
	private static final Duration TTL = Duration.ofSeconds(6);

	private static final long LOOKING = TimeUnit.MILLISECONDS.toNanos(5);

	private final TcpProxy proxy;

	private final List<Holder> holders = new ArrayList<>();

	SilentNetwork(String url) throws UnknownHostException, InterruptedException {
		URI store = URI.create(url);
		if (store.getHost() == null || !InetAddress.getByName(store.getHost()).isLoopbackAddress()) {
			throw new IllegalArgumentException("Only a single server of this machine can be cut off");
		}
		this.proxy = TcpProxy.to(store.getPort());
		String through = url.replace(store.getHost() + ":" + store.getPort(), "127.0.0.1:" + this.proxy.port());
		try {
			for (int i = 0; i < HOLDERS; i++) {
				this.holders.add(hold(through, "LOST-" + i));
			}
		}
		catch (InterruptedException | RuntimeException ex) {
			close();
			throw ex;
		}
	}

	private static Holder hold(String url, String name) throws InterruptedException {
		Coordinator coordinator = Coordinator
			.connect(CoordinatorOptions.of(url).withNamespace(CoordinatorContender.NAMESPACE).withTtl(TTL));
		LockHandle handle = coordinator.lock(name).acquire(Duration.ofSeconds(Section.WAIT_SECONDS));
		CompletableFuture<Long> lost = new CompletableFuture<>();
		handle.onLost(() -> lost.complete(System.nanoTime()));
		return new Holder(coordinator, handle, lost);
	}

	/**
	 * Fall silent. Blocks until everybody has been told of the loss.
	 * @return how long after its deadline each was told, in order
	 */
	long[] lateness() throws Exception {
		long[] deadlines = new long[HOLDERS];
		this.proxy.drop(TcpProxy.Direction.values());
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Section.WAIT_SECONDS);
		while (this.holders.stream().anyMatch((holder) -> holder.handle().isHeld()) && System.nanoTime() - end < 0) {
			for (int i = 0; i < HOLDERS; i++) {
				deadlines[i] = later(deadlines[i], this.holders.get(i).handle());
			}
			Waiting.until(System.nanoTime() + LOOKING);
		}
		long[] lateness = new long[HOLDERS];
		for (int i = 0; i < HOLDERS; i++) {
			lateness[i] = this.holders.get(i).lost().get(Section.WAIT_SECONDS, TimeUnit.SECONDS) - deadlines[i];
		}
		Arrays.sort(lateness);
		return lateness;
	}

	/**
	 * A renewal that was answered before the silence moves the deadline, and a pause
	 * between the two questions makes it look earlier: the latest is the true one.
	 */
	private static long later(long known, LockHandle handle) {
		long now = System.nanoTime();
		Duration remaining = handle.remaining();
		long deadline = now + remaining.toNanos();
		return (!remaining.isZero() && (known == 0 || deadline - known > 0)) ? deadline : known;
	}

	@Override
	public void close() {
		this.proxy.pass();
		this.holders.forEach((holder) -> holder.coordinator().close());
		this.proxy.close();
	}

	/**
	 * Somebody who holds a lock.
	 *
	 * @param coordinator its client
	 * @param handle its lock
	 * @param lost when it was told that it is lost
	 */
	private record Holder(Coordinator coordinator, LockHandle handle, CompletableFuture<Long> lost) {
	}

}
