package io.github.coordination.sample;

import java.util.function.BiConsumer;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

import io.github.coordination.FencingToken;
import io.github.coordination.sample.Ledger.Fence;

/**
 * Posts under the locks of both accounts. The locks are taken in the order of the
 * accounts' names, so that no two postings wait for each other, and their tokens go with
 * the write, so that the ledger refuses a posting that lost its locks and does not know
 * it yet.
 */
@Component
@Profile("!unsafe")
class LockedPosting implements Posting {

	private static final FencingToken FILLED_IN = new FencingToken(0);

	private final Ledger ledger;

	private final AccountLock lock;

	LockedPosting(Ledger ledger, AccountLock lock) {
		this.ledger = ledger;
		this.lock = lock;
	}

	@Override
	public void post(Payment payment, String member) {
		String from = payment.from();
		String to = payment.to();
		if (from.compareTo(to) < 0) {
			holding(from, to, (fromToken, toToken) -> this.ledger.post(payment, new Fence(fromToken, toToken), member));
		}
		else {
			holding(to, from, (toToken, fromToken) -> this.ledger.post(payment, new Fence(fromToken, toToken), member));
		}
	}

	private void holding(String first, String second, BiConsumer<FencingToken, FencingToken> work) {
		this.lock.hold(first, (outer) -> this.lock.hold(second, (inner) -> work.accept(outer, inner), FILLED_IN),
				FILLED_IN);
	}

}
