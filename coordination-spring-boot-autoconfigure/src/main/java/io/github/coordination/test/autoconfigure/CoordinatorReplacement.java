package io.github.coordination.test.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import io.github.coordination.Coordinator;

/**
 * Puts the coordinator of a test in the place of the application's, and requires nothing
 * of its store, which is in memory.
 */
final class CoordinatorReplacement implements BeanDefinitionRegistryPostProcessor {

	private static final Log logger = LogFactory.getLog(CoordinatorReplacement.class);

	private final ConfigurableEnvironment environment;

	CoordinatorReplacement(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("testCoordination", Map.of("coordination.require", "")));
		// there it is replaced already
		if (!AotDetector.useGeneratedArtifacts() && registry instanceof ConfigurableListableBeanFactory beanFactory) {
			replace(registry, beanFactory);
		}
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		// definitions were changed earlier, before others look at them
	}

	private static void replace(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory) {
		String name = choose(beanFactory);
		boolean primary = registry.getBeanDefinition(name).isPrimary();
		logger.info("Replacing the coordinator '" + name + "' by one in memory for tests");
		registry.removeBeanDefinition(name);
		registry.registerBeanDefinition(name, definition(primary));
	}

	private static String choose(ConfigurableListableBeanFactory beanFactory) {
		List<String> names = Arrays.asList(beanFactory.getBeanNamesForType(Coordinator.class, true, false));
		List<String> primary = names.stream()
			.filter((name) -> beanFactory.getBeanDefinition(name).isPrimary())
			.toList();
		List<String> candidates = (names.size() == 1) ? names : primary;
		if (candidates.size() != 1) {
			throw new IllegalStateException("@AutoConfigureCoordination replaces the primary one of several "
					+ "coordinators, and found these, of which " + primary + " are primary: " + names);
		}
		return candidates.get(0);
	}

	private static BeanDefinition definition(boolean primary) {
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(Coordinator.class);
		definition.setFactoryBeanName(TestCoordinationAutoConfiguration.TEST_COORDINATION);
		definition.setUniqueFactoryMethodName("coordinator");
		definition.setPrimary(primary);
		return definition;
	}

}
