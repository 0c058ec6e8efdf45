package io.github.coordination.recipe;

import java.util.List;
import java.util.Set;
import java.util.UUID;

import io.github.coordination.backend.local.LocalBackendProvider;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;

/**
 * Stores of another party: one whose client is missing, and one that is never there.
 */
public abstract class TestBackendProvider implements BackendProvider {

	@Override
	public CoordinationBackend create(BackendConfig config) {
		config.url().requireOptions(Set.of("timeout"));
		FaultyBackend backend = new FaultyBackend(
				new LocalBackendProvider()
					.create(new BackendConfig(BackendUrl.parse("local:" + UUID.randomUUID()), config.namespace(),
							config.ttl(), config.callTimeout(), config.environment(), config.clients())),
				config.environment());
		backend.on(Operation.OPEN).always().unavailable();
		return backend;
	}

	/**
	 * Needs a library that does not exist.
	 */
	public static final class Needy extends TestBackendProvider {

		@Override
		public Set<String> schemes() {
			return Set.of("test-needy");
		}

		@Override
		public List<ClientLibrary> requires() {
			return List.of(new ClientLibrary("java.lang.Object", "org.example:present"),
					new ClientLibrary("org.example.missing.Client", "org.example:missing-client"));
		}

	}

	/**
	 * Opens no session.
	 */
	public static final class Absent extends TestBackendProvider {

		@Override
		public Set<String> schemes() {
			return Set.of("test-absent");
		}

		@Override
		public List<ClientLibrary> requires() {
			return List.of();
		}

	}

}
