package io.github.coordination.backend.memcached;

import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.server.MemcachedServer;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Placement;

import static io.github.coordination.backend.memcached.MemcachedFixture.TTL;
import static io.github.coordination.backend.memcached.MemcachedFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for calls on virtual threads, whose sockets are closed by an interrupt.
 */
@Tag("memcached")
@Timeout(60)
class VirtualThreadCallTests {

	private final MemcachedServer server = MemcachedServer.shared();

	private final MemcachedFixture fixture = new MemcachedFixture();

	private final Directory queue = this.fixture.queue("a");

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void interruptOfAVirtualThreadEndsNoCall() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			BackendSession session = this.fixture.backend(proxy.port()).open(TTL);
			CompletableFuture<Placement> placement = new CompletableFuture<>();
			CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
			proxy.hold(TcpProxy.Direction.TO_CLIENT);
			Thread caller = Thread.startVirtualThread(() -> {
				try {
					placement.complete(this.fixture.enqueue(session, this.queue));
				}
				catch (RuntimeException ex) {
					placement.completeExceptionally(ex);
				}
				interrupted.complete(Thread.currentThread().isInterrupted());
			});
			eventually().until(
					() -> caller.getState() == Thread.State.WAITING || caller.getState() == Thread.State.TIMED_WAITING);

			caller.interrupt();
			proxy.pass();

			assertThat(placement.join().ahead()).isEmpty();
			assertThat(interrupted.join()).isTrue();
		}
	}

}
