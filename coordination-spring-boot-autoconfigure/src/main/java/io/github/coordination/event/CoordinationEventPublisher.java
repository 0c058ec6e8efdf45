package io.github.coordination.event;

import java.util.Optional;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanCreationNotAllowedException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.Leader;
import io.github.coordination.Member;
import io.github.coordination.PartitionListener;
import io.github.coordination.Partitioner;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;

/**
 * Turns the calls of listeners into application events. A listener of an event that fails
 * is logged and ends nothing.
 */
public final class CoordinationEventPublisher {

	private static final Log logger = LogFactory.getLog(CoordinationEventPublisher.class);

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a publisher.
	 * @param publisher where to publish, usually the application context
	 */
	public CoordinationEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Publish what concerns a coordinator as a whole.
	 * @param coordinator the coordinator
	 * @return a way to stop
	 */
	public Subscription subscribe(Coordinator coordinator) {
		return coordinator.onChange(new CoordinatorListener() {

			private boolean troubled;

			@Override
			public void onStateChanged(SessionState state) {
				switch (state) {
					case SUSPENDED -> publish(new CoordinationSuspendedEvent(coordinator));
					case LOST -> publish(new CoordinationLostEvent(coordinator));
					case CONNECTED -> {
						if (this.troubled) {
							publish(new CoordinationRestoredEvent(coordinator));
						}
					}
					case CLOSED -> {
					}
				}
				this.troubled = state != SessionState.CONNECTED;
			}

			@Override
			public void onLockLost(String name, FencingToken token) {
				publish(new LockLostEvent(coordinator, name, token));
			}

		});
	}

	/**
	 * Publish the changes of an election.
	 * @param election the election
	 * @return a way to stop
	 */
	public Subscription subscribe(Election election) {
		return election.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				publish(new LeaderGrantedEvent(election, election.name(), term));
			}

			@Override
			public void onRevoked(FencingToken term) {
				publish(new LeaderRevokedEvent(election, election.name(), term));
			}

			@Override
			public void onLeaderChanged(Optional<Leader> leader) {
				publish(new LeaderChangedEvent(election, election.name(), leader.orElse(null)));
			}

		});
	}

	/**
	 * Publish the changes of a group.
	 * @param group the group
	 * @return a way to stop
	 */
	public Subscription subscribe(Group group) {
		return group.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				publish(new MemberJoinedEvent(group, group.name(), member));
			}

			@Override
			public void onLeft(Member member) {
				publish(new MemberLeftEvent(group, group.name(), member));
			}

			@Override
			public void onUpdated(Member member) {
				publish(new MemberUpdatedEvent(group, group.name(), member));
			}

		});
	}

	/**
	 * Publish the changes of the slots this process owns.
	 * @param partitioner the partitioner
	 * @return a way to stop
	 */
	public Subscription subscribe(Partitioner partitioner) {
		return partitioner.onChange(new PartitionListener() {

			@Override
			public void onAssigned(Set<Integer> slots) {
				publish(new PartitionsChangedEvent(partitioner, partitioner.group(), slots, Set.of()));
			}

			@Override
			public void onRevoked(Set<Integer> slots) {
				publish(new PartitionsChangedEvent(partitioner, partitioner.group(), Set.of(), slots));
			}

		});
	}

	/**
	 * Publish an event. Never fails, also when the context is closed or a listener
	 * throws.
	 * @param event the event
	 */
	public void publish(CoordinationEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			if (ex instanceof BeanCreationNotAllowedException || isClosed()) {
				logger.debug("Nobody is left to hear of " + event, ex);
			}
			else {
				logger.warn("A listener failed on " + event, ex);
			}
		}
	}

	private boolean isClosed() {
		return this.publisher instanceof ConfigurableApplicationContext context && !context.isActive();
	}

}
