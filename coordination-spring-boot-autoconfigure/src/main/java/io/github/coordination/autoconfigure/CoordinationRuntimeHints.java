package io.github.coordination.autoconfigure;

import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import io.github.coordination.CoordinatorFactory;
import io.github.coordination.aop.KeyRoot;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.ClientLibrary;

/**
 * What a native image must keep because nothing but a name leads there: backends and the
 * scripts they read, and the classes by which they know whether their client is present.
 */
final class CoordinationRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources()
			.registerPattern("io/github/coordination/backend/*/*.lua")
			.registerPattern("io/github/coordination/backend/*/*.sql");
		registerServices(hints, CoordinatorFactory.class, classLoader);
		registerServices(hints, BackendProvider.class, classLoader);
		for (BackendProvider provider : ServiceLoader.load(BackendProvider.class, classLoader)) {
			for (ClientLibrary library : provider.requires()) {
				hints.reflection().registerTypeIfPresent(classLoader, library.className());
			}
		}
		// looked up by name, because drivers belong to the application
		for (String driver : new String[] { "org.postgresql.PGConnection", "org.postgresql.PGNotification" }) {
			hints.reflection().registerTypeIfPresent(classLoader, driver, MemberCategory.INVOKE_PUBLIC_METHODS);
		}
		// what PostgreSQL's driver makes by its name
		hints.reflection()
			.registerTypeIfPresent(classLoader, "io.github.coordination.backend.jdbc.ListeningSocketFactory",
					MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		hints.reflection().registerType(KeyRoot.class, MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.reflection().registerTypeIfPresent(classLoader, "reactor.core.publisher.Flux");
	}

	private static void registerServices(RuntimeHints hints, Class<?> service, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("META-INF/services/" + service.getName());
		ServiceLoader.load(service, classLoader)
			.stream()
			.forEach((provider) -> hints.reflection()
				.registerType(provider.type(), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS));
	}

}
