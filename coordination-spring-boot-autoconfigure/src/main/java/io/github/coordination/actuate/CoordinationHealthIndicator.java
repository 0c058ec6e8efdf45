package io.github.coordination.actuate;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorSnapshot;

/**
 * The health of a coordinator's session: up while it is confirmed, out of service while
 * it is suspended, down once it is lost or closed. It tells what is known here and never
 * asks the store, so that it answers at once also while the store does not.
 */
public final class CoordinationHealthIndicator extends AbstractHealthIndicator {

	private final Coordinator coordinator;

	/**
	 * Create an indicator.
	 * @param coordinator whose health to show
	 */
	public CoordinationHealthIndicator(Coordinator coordinator) {
		super("The state of the coordinator could not be read");
		this.coordinator = coordinator;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		CoordinatorSnapshot snapshot = this.coordinator.snapshot();
		switch (snapshot.state()) {
			case CONNECTED -> builder.up();
			case SUSPENDED -> builder.outOfService();
			case LOST, CLOSED -> builder.down();
		}
		builder.withDetail("state", snapshot.state())
			.withDetail("backend", snapshot.scheme())
			.withDetail("guarantees", snapshot.guarantees().level())
			.withDetail("lastRenewal", snapshot.confirmed())
			.withDetail("namespace", snapshot.namespace())
			.withDetail("memberId", snapshot.memberId());
	}

}
