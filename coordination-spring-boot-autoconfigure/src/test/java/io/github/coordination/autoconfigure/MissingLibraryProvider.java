package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.Set;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Stands for a backend whose client library is not on the class path.
 */
public final class MissingLibraryProvider implements BackendProvider {

	@Override
	public Set<String> schemes() {
		return Set.of("test-missing-library");
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of(new ClientLibrary("com.acme.store.Client", "com.acme:store-client"));
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		throw new IllegalStateException("its library is missing");
	}

}
