package io.github.coordination.spi;

import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

import io.github.coordination.ConfigurationException;

/**
 * Builds backends for url schemes; found by {@link ServiceLoader}. Its own class must
 * load without the client library it builds on.
 */
public interface BackendProvider {

	/**
	 * Return the schemes it serves.
	 * @return schemes in lower case
	 */
	Set<String> schemes();

	/**
	 * Return the libraries that must be present before {@link #create} is called.
	 * @return the libraries
	 */
	List<ClientLibrary> requires();

	/**
	 * Build a backend. Checks the url's options; connects to nothing.
	 * @param config what to build from
	 * @return the backend
	 * @throws ConfigurationException if the url cannot work
	 */
	CoordinationBackend create(BackendConfig config);

}
