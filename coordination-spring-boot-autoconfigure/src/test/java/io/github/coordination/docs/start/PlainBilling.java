package io.github.coordination.docs.start;

import java.time.Duration;
import java.util.Optional;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;

/**
 * The same without Spring, for the page on getting started.
 */
final class PlainBilling {

	private PlainBilling() {
	}

	static void run(String url, Work work) throws InterruptedException {
		try (Coordinator coordinator = Coordinator.connect(url)) {
			Election election = coordinator.election("billing");
			election.onChange(new ElectionListener() {

				@Override
				public void onGranted(FencingToken term) {
					work.log("leading in term " + term);
				}

			});
			election.join();

			Optional<LockHandle> held = coordinator.lock("invoice:4711").tryAcquire(Duration.ofSeconds(5));
			if (held.isPresent()) {
				try (LockHandle lock = held.get()) {
					work.send("4711", lock.fencingToken());
				}
			}

			while (work.goesOn()) {
				if (election.isLeader()) {
					work.bill();
				}
			}
		}
	}

	/**
	 * What there is to do.
	 */
	interface Work {

		void log(String line);

		void send(String id, FencingToken token);

		boolean goesOn();

		void bill();

	}

}
