package io.github.coordination.backend.local;

import java.util.List;
import java.util.Set;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Serves {@code local:name}. With {@code ?expire=true} sessions end when they are not
 * renewed within their ttl, as on a server; by default they live as long as the process.
 */
public final class LocalBackendProvider implements BackendProvider {

	private static final String EXPIRE = "expire";

	@Override
	public Set<String> schemes() {
		return Set.of("local");
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of();
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		url.requireOptions(Set.of(EXPIRE));
		String expire = url.options().getOrDefault(EXPIRE, "false");
		if (!expire.equals("true") && !expire.equals("false")) {
			throw new ConfigurationException(BackendUrl.SETTING, "the option expire is '" + expire + "'.",
					"Write expire=true or expire=false.");
		}
		return new LocalBackend(LocalStore.named(url.authority() + url.path()), expire.equals("true"),
				config.environment());
	}

}
