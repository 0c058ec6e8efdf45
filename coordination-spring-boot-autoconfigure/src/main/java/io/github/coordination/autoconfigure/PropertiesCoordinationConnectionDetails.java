package io.github.coordination.autoconfigure;

import java.nio.file.Path;

import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;

import io.github.coordination.ConfigurationException;

/**
 * The store that {@code coordination.url} names, or else files of this user on this
 * machine.
 */
final class PropertiesCoordinationConnectionDetails implements CoordinationConnectionDetails {

	private final CoordinationProperties properties;

	private final Environment environment;

	PropertiesCoordinationConnectionDetails(CoordinationProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
	}

	@Override
	public String getUrl() {
		String url = this.properties.url();
		return (url != null) ? url : defaultUrl();
	}

	private String defaultUrl() {
		CloudPlatform platform = CloudPlatform.getActive(this.environment);
		if (platform != null && platform != CloudPlatform.NONE) {
			throw new ConfigurationException("coordination.url",
					"it is not set, and the application runs on a cloud platform (" + platform
							+ "), whose instances do not share files.",
					"Set it to a store that all instances reach; or, for one instance alone, set "
							+ "spring.main.cloud-platform=none.");
		}
		String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
		Path directory = Path.of(System.getProperty("java.io.tmpdir"), "coordination-" + user);
		return "file:" + directory.toString().replace("%", "%25").replace("?", "%3F");
	}

}
