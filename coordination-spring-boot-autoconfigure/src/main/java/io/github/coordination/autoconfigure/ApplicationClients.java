package io.github.coordination.autoconfigure;

import java.util.Arrays;
import java.util.Optional;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;

/**
 * The clients among the beans of an application.
 */
final class ApplicationClients implements ClientSource {

	private final ConfigurableListableBeanFactory beans;

	private final String user;

	/**
	 * Look among the beans of an application.
	 * @param beans the beans
	 * @param user name of the bean that will use what is found, and is therefore
	 * destroyed before it
	 */
	ApplicationClients(ConfigurableListableBeanFactory beans, String user) {
		this.beans = beans;
		this.user = user;
	}

	@Override
	public Optional<Object> find(Class<?> type) {
		try {
			String name = marked(type).orElseGet(() -> this.beans.resolveNamedBean(type).getBeanName());
			this.beans.registerDependentBean(name, this.user);
			return Optional.of(this.beans.getBean(name));
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"it is a scheme alone, and several beans are of the type " + type.getName() + ": "
							+ ex.getBeanNamesFound() + ".",
					"Mark one of them as @Primary, or name the servers in the url.");
		}
		catch (NoSuchBeanDefinitionException ex) {
			return Optional.empty();
		}
	}

	/** The bean that is meant for this use, whether or not others are preferred. */
	private Optional<String> marked(Class<?> type) {
		return Arrays.stream(this.beans.getBeanNamesForAnnotation(CoordinationDataSource.class))
			.filter((name) -> this.beans.isTypeMatch(name, type))
			.findFirst();
	}

}
