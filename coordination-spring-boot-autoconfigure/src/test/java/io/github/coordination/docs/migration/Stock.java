package io.github.coordination.docs.migration;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.Latch;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;

/**
 * What objects of Redisson did, for the page on migration from them.
 */
@Component
class Stock {

	private final Coordinator coordinator;

	Stock(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	void likeRLock(Runnable work) {
		Lock lock = this.coordinator.lock("stock").asLock();
		lock.lock();
		try {
			work.run();
		}
		finally {
			lock.unlock();
		}
	}

	long likeRFencedLock(Runnable work) throws InterruptedException {
		Optional<LockHandle> acquired = this.coordinator.lock("stock").tryAcquire(Duration.ofSeconds(2));
		if (acquired.isEmpty()) {
			return -1;
		}
		try (LockHandle held = acquired.get()) {
			work.run();
			return held.fencingToken().value();
		}
	}

	// instead of a lease time: after a minute the call is interrupted
	@DistributedLock(name = "stock", key = "#article", waitTime = "2s", maxHold = "1m")
	long reserve(String article, FencingToken token) {
		return token.value();
	}

	boolean likeRCountDownLatch() throws InterruptedException {
		Latch loaded = this.coordinator.latch("loaded", 1);
		loaded.countDown();
		return loaded.await(Duration.ofSeconds(10));
	}

}
