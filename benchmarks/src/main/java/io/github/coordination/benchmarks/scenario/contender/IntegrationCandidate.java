package io.github.coordination.benchmarks.scenario.contender;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.integration.support.locks.LockRegistry;

/**
 * Spring Integration's leader initiator over one of its lock registries.
 */
public final class IntegrationCandidate implements Elector.Candidate {

	private final LockRegistryLeaderInitiator initiator;

	private final CountDownLatch revoked = new CountDownLatch(1);

	private final Runnable disconnect;

	/**
	 * Stand for election.
	 * @param registry the locks
	 * @param election the election's name
	 * @param granted what to do when this leads
	 * @param disconnect what closes the client
	 */
	public IntegrationCandidate(LockRegistry<?> registry, String election, Runnable granted, Runnable disconnect) {
		this.disconnect = disconnect;
		this.initiator = new LockRegistryLeaderInitiator(registry,
				new DefaultCandidate(UUID.randomUUID().toString(), election) {

					@Override
					public void onGranted(Context context) {
						super.onGranted(context);
						granted.run();
					}

					@Override
					public void onRevoked(Context context) {
						super.onRevoked(context);
						IntegrationCandidate.this.revoked.countDown();
					}

				});
		this.initiator.start();
	}

	@Override
	public void close() {
		this.initiator.destroy();
		try {
			// it unlocks in the background, and needs the connection for it
			if (!this.revoked.await(Section.WAIT_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Leadership does not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.disconnect.run();
	}

}
