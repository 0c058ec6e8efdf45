package io.github.coordination.docs.migration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.event.LeaderRevokedEvent;

/**
 * What locks and leaders of Spring Integration did, for the page on migration from them.
 */
@Component
class Importer {

	private final List<String> log = new CopyOnWriteArrayList<>();

	private final Coordinator coordinator;

	Importer(Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	boolean importWithLock(String file) throws InterruptedException {
		Lock lock = this.coordinator.lock(file).asLock();
		if (!lock.tryLock(5, TimeUnit.SECONDS)) {
			return false;
		}
		try {
			this.log.add("imported " + file);
			return true;
		}
		finally {
			lock.unlock();
		}
	}

	void importWithHandle(String file) throws InterruptedException {
		try (LockHandle held = this.coordinator.lock(file).acquire(Duration.ofSeconds(5))) {
			this.log.add("imported " + file + " under token " + held.fencingToken());
		}
	}

	@EventListener
	void on(LeaderGrantedEvent event) {
		this.log.add("start " + event.election());
	}

	@EventListener
	void on(LeaderRevokedEvent event) {
		this.log.add("stop " + event.election());
	}

	void yieldLeadership() throws InterruptedException {
		this.coordinator.election("importer").standDown();
	}

	List<String> log() {
		return this.log;
	}

}
