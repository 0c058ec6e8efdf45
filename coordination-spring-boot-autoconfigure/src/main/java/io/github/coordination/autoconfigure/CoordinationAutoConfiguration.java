package io.github.coordination.autoconfigure;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

import io.github.coordination.Coordinator;
import io.github.coordination.aop.AutoProxyCheck;
import io.github.coordination.aop.CallContext;
import io.github.coordination.aop.DistributedLockAdvisor;
import io.github.coordination.aop.GroupMemberships;
import io.github.coordination.aop.LeaderOnlyAdvisor;
import io.github.coordination.aop.LockObservationConvention;
import io.github.coordination.aop.PartitionedAdvisor;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Auto-configuration of the {@link Coordinator} and of what the annotations need. The
 * backend is chosen from the url at run time and not by a condition, so that an
 * application that was processed ahead of time can still be pointed at another store.
 */
@AutoConfiguration
@EnableConfigurationProperties(CoordinationProperties.class)
@Import(ProxyCreatorRegistrar.class)
public final class CoordinationAutoConfiguration {

	@Bean
	CoordinatorLifecycle coordinatorLifecycle(ObjectProvider<Coordinator> coordinator,
			CoordinationProperties properties, ApplicationContext context) {
		return new CoordinatorLifecycle(context, coordinator, properties.require());
	}

	@Bean
	CoordinatorConnector coordinatorConnector(CoordinationProperties properties, ObjectProvider<SslBundles> bundles,
			Environment environment, ConfigurableListableBeanFactory beans, CoordinatorLifecycle lifecycle) {
		return new CoordinatorConnector(properties, bundles, environment,
				new ApplicationClients(beans, "coordinatorConnector"), lifecycle);
	}

	@Bean
	ElectionLifecycle coordinationElectionLifecycle(Coordinator coordinator, CoordinationProperties properties,
			LeaderOnlyAdvisor advisor, ApplicationContext context, ObjectProvider<ApplicationArguments> startedByBoot) {
		ElectionLifecycle lifecycle = new ElectionLifecycle(coordinator, new CoordinationEventPublisher(context),
				properties, () -> LeaderEventListeners.existIn(context), advisor::watch,
				new Readiness(context, startedByBoot.getIfAvailable() != null));
		advisor.onElection(lifecycle::add);
		return lifecycle;
	}

	@Bean
	GroupLifecycle coordinationGroupLifecycle(Coordinator coordinator, CoordinationProperties properties,
			PartitionedAdvisor advisor, ApplicationContext context,
			ObjectProvider<ApplicationArguments> startedByBoot) {
		GroupLifecycle lifecycle = new GroupLifecycle(coordinator, new CoordinationEventPublisher(context), properties,
				() -> GroupMemberships.find(context, context.getEnvironment()), advisor::watch,
				new Readiness(context, startedByBoot.getIfAvailable() != null));
		advisor.onGroup(lifecycle::partition);
		return lifecycle;
	}

	@Bean
	@Lazy
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static CallContext coordinationCallContext(ObjectProvider<Coordinator> coordinator,
			ObjectProvider<CoordinationProperties> properties, ApplicationEventPublisher publisher,
			ObjectProvider<ObservationRegistry> observations, ObjectProvider<LockObservationConvention> convention) {
		return new CallContext(coordinator::getObject, properties::getObject, new CoordinationEventPublisher(publisher),
				() -> observations.getIfUnique(() -> ObservationRegistry.NOOP), convention::getIfUnique);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DistributedLockAdvisor distributedLockAdvisor(Environment environment, ObjectProvider<CallContext> context) {
		return new DistributedLockAdvisor(environment, context::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LeaderOnlyAdvisor leaderOnlyAdvisor(Environment environment, ObjectProvider<CallContext> context) {
		return new LeaderOnlyAdvisor(environment, context::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static PartitionedAdvisor partitionedAdvisor(Environment environment, ObjectProvider<CallContext> context) {
		return new PartitionedAdvisor(environment, context::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static AutoProxyCheck coordinationAutoProxyCheck(ConfigurableListableBeanFactory beanFactory) {
		return new AutoProxyCheck(beanFactory);
	}

	/**
	 * The application's coordinator, unless it has made its own, which it then closes
	 * itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Coordinator.class)
	static class ConnectionConfiguration {

		private static final String COORDINATOR = "coordinator";

		@Bean
		@ConditionalOnMissingBean(CoordinationConnectionDetails.class)
		PropertiesCoordinationConnectionDetails coordinationConnectionDetails(CoordinationProperties properties,
				Environment environment) {
			return new PropertiesCoordinationConnectionDetails(properties, environment);
		}

		@Bean(COORDINATOR)
		@DependsOnDatabaseInitialization
		Coordinator coordinator(CoordinationConnectionDetails details, CoordinatorConnector connector,
				ConfigurableListableBeanFactory beans) {
			return connector.connect(details, new ApplicationClients(beans, COORDINATOR));
		}

	}

}
