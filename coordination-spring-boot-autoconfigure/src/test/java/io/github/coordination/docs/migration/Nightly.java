package io.github.coordination.docs.migration;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;

/**
 * What ShedLock did, for the page on migration from it.
 */
@Component
class Nightly {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final Coordinator coordinator;

	Nightly(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	@Scheduled(cron = "0 0 3 * * *")
	@DistributedLock(name = "cleanUp", onBusy = OnBusy.SKIP, maxHold = "30m", atLeastFor = "1m")
	void cleanUp() {
		this.log.add("cleaned up");
	}

	@DistributedLock(name = "export", onBusy = OnBusy.SKIP)
	void export(LockHandle held) {
		held.ensureHeld();
		this.log.add("exported under token " + held.fencingToken());
	}

	boolean tryToImport(Runnable work) {
		return this.coordinator.lock("import").tryAcquire().map((held) -> {
			try (held) {
				work.run();
				return true;
			}
		}).orElse(false);
	}

	List<String> log() {
		return this.log;
	}

}
