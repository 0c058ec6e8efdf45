package io.github.coordination.docs.stores;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.Coordinator;
import io.github.coordination.autoconfigure.CoordinatorConnector;

/**
 * The example of several stores.
 */
class Reports {

	private final Coordinator coordinator;

	Reports(@Qualifier("reports") Coordinator coordinator) {
		this.coordinator = coordinator;
	}

	boolean write(Runnable report) {
		return this.coordinator.lock("report").tryAcquire().map((held) -> {
			try (held) {
				report.run();
				return true;
			}
		}).orElse(false);
	}

	/**
	 * Its store.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Stores {

		@Bean(defaultCandidate = false)
		@Qualifier("reports")
		Coordinator reports(CoordinatorConnector connector) {
			return connector.connect("redis://cache.internal");
		}

	}

}
