package io.github.coordination.autoconfigure;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the store is. A bean of this type takes precedence over {@code coordination.url}.
 */
public interface CoordinationConnectionDetails extends ConnectionDetails {

	/**
	 * Return the store's url, which may hold a password.
	 * @return the url; its scheme chooses the backend
	 */
	String getUrl();

}
