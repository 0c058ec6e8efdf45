package io.github.coordination.docs;

import java.time.Duration;
import java.util.List;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.event.LeaderGrantedEvent;

/**
 * The examples of README.
 */
@Component
class Orders {

	private final Repository repository;

	Orders(Repository repository) {
		this.repository = repository;
	}

	// one process and thread per order at a time; the token grows with every grant
	@DistributedLock(name = "order", key = "#id")
	void ship(String id, FencingToken token) {
		this.repository.save(id, token.value());
	}

	// on one instance only
	@Scheduled(fixedDelay = 5_000)
	@LeaderOnly(election = "billing")
	void bill() {
		this.repository.shipped().forEach(this.repository::bill);
	}

	@EventListener
	void onLeader(LeaderGrantedEvent event) {
		this.repository.log("leading " + event.election() + " in term " + event.term());
	}

	/** Without Spring. */
	static void ship(Repository repository) throws InterruptedException {
		try (Coordinator coordinator = Coordinator.connect("file:/var/lib/orders/coordination");
				LockHandle held = coordinator.lock("order-4711").acquire(Duration.ofSeconds(5))) {
			repository.save("4711", held.fencingToken().value());
		}
	}

	/**
	 * What the examples work on.
	 */
	interface Repository {

		void save(String id, long token);

		List<String> shipped();

		void bill(String id);

		void log(String line);

	}

}
