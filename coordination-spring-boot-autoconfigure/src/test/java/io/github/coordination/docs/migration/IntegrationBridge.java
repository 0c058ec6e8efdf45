package io.github.coordination.docs.migration;

import java.util.List;
import java.util.concurrent.locks.Lock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.integration.support.SmartLifecycleRoleController;
import org.springframework.integration.support.locks.LockRegistry;

import io.github.coordination.Coordinator;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.event.LeaderRevokedEvent;

/**
 * What goes on using Spring Integration, for the page on migration from it.
 */
@Configuration(proxyBeanMethods = false)
class IntegrationBridge {

	@Bean
	LockRegistry<Lock> lockRegistry(Coordinator coordinator) {
		return (key) -> coordinator.lock(key.toString()).asLock();
	}

	@Bean
	SmartLifecycleRoleController roles(Feed feed) {
		return new SmartLifecycleRoleController(List.of("importer"), List.of(feed));
	}

	@Bean
	Feed feed() {
		return new Feed();
	}

	@Bean
	LeaderRoles leaderRoles(SmartLifecycleRoleController roles) {
		return new LeaderRoles(roles);
	}

	/**
	 * Starts and stops what has the role that is an election's name.
	 */
	static class LeaderRoles {

		private final SmartLifecycleRoleController roles;

		LeaderRoles(SmartLifecycleRoleController roles) {
			this.roles = roles;
		}

		@EventListener
		void on(LeaderGrantedEvent event) {
			this.roles.startLifecyclesInRole(event.election());
		}

		@EventListener
		void on(LeaderRevokedEvent event) {
			this.roles.stopLifecyclesInRole(event.election());
		}

	}

}
