package io.github.coordination;

import java.util.ServiceLoader;

/**
 * Builds coordinators; found by {@link ServiceLoader}, so that this package depends on
 * nothing. Applications use {@link Coordinator#connect(CoordinatorOptions)}.
 */
public interface CoordinatorFactory {

	/**
	 * Connect to a store.
	 * @param options the store and how to use it
	 * @return the coordinator
	 * @throws ConfigurationException if the options cannot work
	 * @throws BackendUnavailableException if the store does not answer in time
	 */
	Coordinator connect(CoordinatorOptions options);

	/**
	 * Find the factory on the class path.
	 * @return the factory
	 * @throws ConfigurationException if there is none
	 */
	static CoordinatorFactory find() {
		return ServiceLoader.load(CoordinatorFactory.class, CoordinatorFactory.class.getClassLoader())
			.findFirst()
			.orElseThrow(() -> new ConfigurationException("class path",
					"no " + CoordinatorFactory.class.getName() + " is registered under META-INF/services.",
					"When repackaging jars into one, merge their META-INF/services files."));
	}

}
