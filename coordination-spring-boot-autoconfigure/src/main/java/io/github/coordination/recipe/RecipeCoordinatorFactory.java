package io.github.coordination.recipe;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorFactory;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.session.SessionEngine;
import io.github.coordination.session.SystemEnvironment;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Spelling;

/**
 * Builds coordinators: finds the backend of the url's scheme, opens a session, and puts
 * the recipes over it.
 */
public final class RecipeCoordinatorFactory implements CoordinatorFactory {

	@Override
	public Coordinator connect(CoordinatorOptions options) {
		SystemEnvironment system = new SystemEnvironment(new SecureRandom(), options.callbackThreads());
		try {
			CoordinationBackend backend = create(options, system.environment());
			return connect(options, backend, system.environment(), system::close);
		}
		catch (RuntimeException ex) {
			system.close();
			throw ex;
		}
	}

	/**
	 * Put the recipes over a backend, with time and threads of one's own.
	 * @param options how to use the store; its url is not looked at
	 * @param backend the store, closed with the coordinator or if this fails
	 * @param environment time and threads
	 * @param onClose what to do last when the coordinator is closed
	 * @return the coordinator
	 */
	public static Coordinator connect(CoordinatorOptions options, CoordinationBackend backend, Environment environment,
			Runnable onClose) {
		requireName("coordination.namespace", options.namespace());
		String memberId = (options.memberId() != null) ? options.memberId()
				: ProcessHandle.current().pid() + "-" + environment.newId();
		requireName("coordination.member-id", memberId);
		try {
			SessionEngine engine = SessionEngine.start(backend, options.ttl(), options.connectTimeout(), environment);
			LocalQueues queues = new LocalQueues(backend, environment, options.ttl().dividedBy(3));
			Context context = new Context(options, memberId, MemberCodec.encode(memberId, Map.of()), backend, engine,
					environment, queues, new Listeners<>(environment.callbacks()));
			return new RecipeCoordinator(context, () -> {
				backend.close();
				onClose.run();
			});
		}
		catch (RuntimeException ex) {
			backend.close();
			throw ex;
		}
	}

	/**
	 * Build the backend of a url without connecting to anything.
	 * @param options the store and how to use it
	 * @param environment time and threads
	 * @return the backend
	 * @throws ConfigurationException if the url cannot work
	 */
	public static CoordinationBackend create(CoordinatorOptions options, Environment environment) {
		BackendUrl url = BackendUrl.parse(options.url());
		BackendProvider provider = find(url.scheme());
		for (ClientLibrary library : provider.requires()) {
			if (!isPresent(library.className())) {
				throw new ConfigurationException(BackendUrl.SETTING,
						"the scheme " + url.scheme() + ": needs a library that is not on the class path.",
						"Add the dependency " + library.coordinates() + ".");
			}
		}
		Duration callTimeout = options.ttl().dividedBy(6);
		return provider.create(new BackendConfig(url, options.namespace(), options.ttl(), callTimeout, environment,
				options.clients()));
	}

	private static BackendProvider find(String scheme) {
		Set<String> known = new TreeSet<>();
		// those behind the one that is sought are not even loaded
		for (BackendProvider provider : ServiceLoader.load(BackendProvider.class,
				BackendProvider.class.getClassLoader())) {
			if (provider.schemes().contains(scheme)) {
				return provider;
			}
			known.addAll(provider.schemes());
		}
		throw new ConfigurationException(BackendUrl.SETTING, "no backend serves the scheme " + scheme + ":.",
				Spelling.suggest(scheme, known) + "Known schemes: " + String.join(", ", known) + ".");
	}

	private static boolean isPresent(String className) {
		try {
			Class.forName(className, false, BackendProvider.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

	private static void requireName(String setting, String name) {
		try {
			Directory.requireName("it", name);
		}
		catch (IllegalArgumentException ex) {
			throw new ConfigurationException(setting, ex.getMessage() + ".",
					"Use any text of 1 to " + Directory.MAX_NAME_BYTES + " bytes of UTF-8.");
		}
	}

}
