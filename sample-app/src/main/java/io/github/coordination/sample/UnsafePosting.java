package io.github.coordination.sample;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Posts without locks, to show what they are for: between the read and the write of one
 * posting another one writes, and its cents are gone.
 */
@Component
@Profile("unsafe")
class UnsafePosting implements Posting {

	private final Ledger ledger;

	UnsafePosting(Ledger ledger) {
		this.ledger = ledger;
	}

	@Override
	public void post(Payment payment, String member) {
		this.ledger.post(payment, Ledger.Fence.NONE, member);
	}

}
