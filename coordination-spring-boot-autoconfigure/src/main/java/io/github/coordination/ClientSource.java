package io.github.coordination;

import java.util.List;
import java.util.Optional;

/**
 * Finds clients that the application already has, for urls that are a scheme alone, such
 * as {@code redis:}, and what TLS is made of, for urls that speak it and name no files.
 * In a Spring application it finds beans, and the SSL bundle that is set. A client found
 * here stays the application's: the coordinator never closes it.
 */
@FunctionalInterface
public interface ClientSource {

	/**
	 * Find the client of a type.
	 * @param type the client's type, as the backend of the scheme documents it;
	 * {@code KeyManagerFactory} and {@code TrustManagerFactory} for TLS
	 * @return the client, empty if there is none
	 * @throws ConfigurationException if there are several and none is preferred
	 */
	Optional<Object> find(Class<?> type);

	/**
	 * Return a source of the given clients.
	 * @param clients the clients, none of them twice
	 * @return the source
	 */
	static ClientSource of(Object... clients) {
		List<Object> known = List.of(clients);
		return (type) -> {
			List<Object> found = known.stream().filter(type::isInstance).toList();
			if (found.size() > 1) {
				throw new ConfigurationException("clients",
						found.size() + " of them are of the type " + type.getName() + ".",
						"Give the one that is to be used.");
			}
			return found.stream().findFirst();
		};
	}

}
