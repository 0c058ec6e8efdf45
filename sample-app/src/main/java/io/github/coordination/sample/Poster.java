package io.github.coordination.sample;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.Partitioner;
import io.github.coordination.sample.Ledger.Pending;

/**
 * Posts the pending payments of the accounts that are this instance's share. The share
 * keeps instances out of each other's way; it is the locks that keep the accounts right,
 * because a payment also changes an account of somebody else's share.
 */
@Component
class Poster {

	private static final int PAGE = 500;

	private static final Logger logger = LoggerFactory.getLogger(Poster.class);

	private final Ledger ledger;

	private final Posting posting;

	private final Partitioner accounts;

	private final String member;

	private final AsyncTaskExecutor executor;

	Poster(Ledger ledger, Posting posting, Partitioner accounts, Coordinator coordinator,
			AsyncTaskExecutor applicationTaskExecutor) {
		this.ledger = ledger;
		this.posting = posting;
		this.accounts = accounts;
		this.member = coordinator.memberId();
		this.executor = applicationTaskExecutor;
	}

	@Scheduled(fixedDelay = 200)
	void postPending() {
		try {
			List<Pending> page = this.ledger.pending(0, PAGE);
			while (!page.isEmpty()) {
				postMine(page);
				page = this.ledger.pending(page.get(page.size() - 1).seq(), PAGE);
			}
		}
		catch (TaskRejectedException ex) {
			logger.debug("This instance stops, and leaves the rest to others", ex);
		}
	}

	private void postMine(List<Pending> page) {
		CompletableFuture
			.allOf(page.stream()
				.map(Pending::payment)
				.filter(this::isMine)
				.map((payment) -> this.executor.submitCompletable(() -> post(payment)))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private boolean isMine(Payment payment) {
		return this.accounts.isMine(payment.from());
	}

	/** What fails stays pending, for the next round or the next owner. */
	private void post(Payment payment) {
		try {
			if (isMine(payment)) {
				this.posting.post(payment, this.member);
			}
		}
		catch (RuntimeException ex) {
			logger.warn("{} stays pending: {}", payment, ex.toString());
		}
	}

}
