package io.github.coordination.docs.migration;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.NamedReadWriteLock;

/**
 * What the recipes of Curator did, for the page on migration from them.
 */
final class Recipes {

	private final Coordinator coordinator;

	Recipes(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	boolean mutex(Runnable work) throws InterruptedException {
		Optional<LockHandle> acquired = this.coordinator.lock("invoices").tryAcquire(Duration.ofSeconds(10));
		if (acquired.isEmpty()) {
			return false;
		}
		try (LockHandle held = acquired.get()) {
			held.onLost(() -> warn("lost " + held.name()));
			work.run();
			return true;
		}
	}

	@SuppressWarnings("try")
	void several(Runnable read, Runnable work) throws InterruptedException {
		NamedReadWriteLock rates = this.coordinator.readWriteLock("rates");
		try (LockHandle reading = rates.readLock().acquire()) {
			read.run();
		}
		try (LockHandle both = this.coordinator.locks("account:1", "account:2").acquire();
				LockHandle permit = this.coordinator.semaphore("transfers", 10).acquire()) {
			work.run();
		}
	}

	Election latch(Runnable start, Runnable stop) {
		Election election = this.coordinator.election("billing");
		election.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				start.run();
			}

			@Override
			public void onRevoked(FencingToken term) {
				stop.run();
			}

		});
		election.join(Map.of("host", "node-1"));
		return election;
	}

	boolean together(Runnable work) throws InterruptedException {
		if (!this.coordinator.barrier("enter", 2).await(Duration.ofMinutes(1))) {
			return false;
		}
		work.run();
		return this.coordinator.barrier("leave", 2).await(Duration.ofMinutes(1));
	}

	Group member() throws InterruptedException {
		Group nodes = this.coordinator.group("nodes");
		nodes.join(Map.of("host", "node-1"));
		return nodes;
	}

	private static void warn(String line) {
		System.getLogger(Recipes.class.getName()).log(System.Logger.Level.WARNING, line);
	}

}
