package io.github.coordination.docs.start;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.FencingToken;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.event.LeaderRevokedEvent;

/**
 * The bean of the page on getting started.
 */
@Component
class Billing {

	private final Log log = LogFactory.getLog(Billing.class);

	// every five seconds, in one process of all that run
	@Scheduled(fixedDelay = 5_000)
	@LeaderOnly("billing")
	void bill() {
		this.log.info("sending invoices");
	}

	// one caller at a time for each invoice, in all processes together
	@DistributedLock(name = "invoice", key = "#id")
	void send(String id, FencingToken token) {
		this.log.info("sending invoice " + id + " under token " + token);
	}

	@EventListener
	void on(LeaderGrantedEvent event) {
		this.log.info("leading " + event.election() + " in term " + event.term());
	}

	@EventListener
	void on(LeaderRevokedEvent event) {
		this.log.info("no longer leading " + event.election());
	}

}
