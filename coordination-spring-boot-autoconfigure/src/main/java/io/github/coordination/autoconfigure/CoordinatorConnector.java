package io.github.coordination.autoconfigure;

import java.util.Set;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.util.StringUtils;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;

/**
 * Connects the coordinators of an application that uses several stores. The one of
 * {@code coordination.url} is there by itself; another is a bean that is no default
 * candidate, and is asked for by its qualifier:
 *
 * <pre class="code">
 * &#64;Bean(defaultCandidate = false)
 * &#64;Qualifier("reports")
 * Coordinator reports(CoordinatorConnector connector) {
 *     return connector.connect("redis://cache.internal");
 * }
 * </pre>
 *
 * Annotations, {@code coordination.elections}, {@code .groups} and {@code .partitions}
 * concern the first alone. Safe for use by several threads.
 */
public final class CoordinatorConnector {

	private final CoordinationProperties properties;

	private final Environment environment;

	private final ClientSource clients;

	private final CoordinatorLifecycle lifecycle;

	private final @Nullable BundleManagers bundle;

	CoordinatorConnector(CoordinationProperties properties, ObjectProvider<SslBundles> bundles, Environment environment,
			ClientSource clients, CoordinatorLifecycle lifecycle) {
		this.properties = properties;
		this.environment = environment;
		this.clients = clients;
		this.lifecycle = lifecycle;
		String bundle = properties.ssl().bundle();
		this.bundle = (bundle != null) ? BundleManagers.of(bundles.getObject(), bundle) : null;
	}

	/**
	 * Return the options that the properties make of a url: with the same namespace,
	 * member id, times and clients as the first coordinator's. Where both lead to the
	 * same store, another namespace keeps them apart.
	 * @param url the url, for {@code coordination.url}
	 * @return the options
	 * @throws ConfigurationException if a property cannot work
	 */
	public CoordinatorOptions options(String url) {
		return options(url, new BundledClients(this.clients, this.bundle));
	}

	/**
	 * Connect to a further store as the properties say.
	 * @param url the store's url
	 * @return the coordinator; see {@link #connect(CoordinatorOptions)}
	 */
	public Coordinator connect(String url) {
		return connect(options(url));
	}

	/**
	 * Connect to a further store that must promise what {@code coordination.require}
	 * says.
	 * @param options the options, best made from {@link #options(String)}
	 * @return the coordinator; see {@link #connect(CoordinatorOptions, Set)}
	 */
	public Coordinator connect(CoordinatorOptions options) {
		return connect(options, this.properties.require());
	}

	/**
	 * Connect to a further store. Blocks until there is a session, for
	 * {@linkplain CoordinatorOptions#connectTimeout() that long} at the most. What
	 * happens to the session is published as events, whose source is this coordinator; it
	 * is closed with the application's context, before the connections of the
	 * application.
	 * @param options the options, best made from {@link #options(String)}
	 * @param required what this store must promise, in place of
	 * {@code coordination.require}
	 * @return the coordinator
	 * @throws ConfigurationException if a setting cannot work, or the store promises less
	 * @throws BackendUnavailableException if the store does not answer in time
	 */
	public Coordinator connect(CoordinatorOptions options, Set<Requirement> required) {
		Coordinator coordinator = open(options, true, required, () -> {
		});
		this.lifecycle.add(coordinator);
		return coordinator;
	}

	/** Connect to the store of the application. */
	Coordinator connect(CoordinationConnectionDetails details, ClientSource finder) {
		BundledClients bundled = new BundledClients(finder, this.bundle);
		boolean chosen = this.properties.url() != null || !(details instanceof PropertiesCoordinationConnectionDetails);
		CoordinatorOptions options = options(details.getUrl(), bundled);
		Coordinator coordinator = open(options, chosen, this.properties.require(),
				() -> bundled.requireUse(options.url()));
		this.lifecycle.addFirst(coordinator);
		return coordinator;
	}

	private Coordinator open(CoordinatorOptions options, boolean chosen, Set<Requirement> required, Runnable check) {
		requireNoCopies(options);
		Coordinator coordinator = CoordinatorConnection.open(options, chosen);
		try {
			check.run();
			Requirement.check(required, coordinator.guarantees());
			return coordinator;
		}
		catch (RuntimeException ex) {
			coordinator.close();
			throw ex;
		}
	}

	private CoordinatorOptions options(String url, ClientSource finder) {
		return CoordinatorOptions.of(this.properties.jdbc().applyTo(url))
			.withNamespace(namespace())
			.withMemberId(this.properties.memberId())
			.withTtl(this.properties.ttl())
			.withConnectTimeout(this.properties.connectTimeout())
			.withRevocationTimeout(this.properties.revocationTimeout())
			.withSlots(this.properties.slots())
			.withClients(finder)
			.withCallbackThreads(callbackThreads());
	}

	/**
	 * A process that is copied with its session would hold everything several times, and
	 * the store could not tell the copies apart.
	 */
	private void requireNoCopies(CoordinatorOptions options) {
		boolean copied = this.environment.containsProperty("spring.context.checkpoint")
				|| "snap-start".equals(this.environment.getProperty("AWS_LAMBDA_INITIALIZATION_TYPE"));
		if (copied && !options.scheme().equals("local")) {
			throw new ConfigurationException("coordination.url",
					"a checkpoint will be taken of this application after it has connected, and each process that is "
							+ "restored from it would believe to hold what all others hold.",
					"Switch checkpoints (spring.context.checkpoint, Lambda SnapStart) off.");
		}
	}

	/** Virtual where the application wants that, and the JVM knows them. */
	private @Nullable ThreadFactory callbackThreads() {
		return Threading.VIRTUAL.isActive(this.environment)
				? new VirtualThreadTaskExecutor("coordination-callback-").getVirtualThreadFactory() : null;
	}

	private String namespace() {
		if (this.properties.namespace() != null) {
			return this.properties.namespace();
		}
		String application = this.environment.getProperty("spring.application.name");
		return StringUtils.hasText(application) ? application : "default";
	}

}
