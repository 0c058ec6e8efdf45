package io.github.coordination.autoconfigure;

import java.util.concurrent.ThreadFactory;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.util.StringUtils;

import io.github.coordination.ClientSource;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.spi.BackendUrl;

/**
 * Connects the coordinator of an application, and says in one line of the log to what.
 */
final class CoordinatorConnection {

	private static final Log logger = LogFactory.getLog(CoordinatorConnection.class);

	private CoordinatorConnection() {
	}

	static Coordinator open(CoordinationConnectionDetails details, CoordinationProperties properties,
			CoordinationJdbcProperties jdbc, Environment environment, ClientSource clients) {
		String url = jdbc.applyTo(details.getUrl());
		CoordinatorOptions options = CoordinatorOptions.of(url)
			.withNamespace(namespace(properties, environment))
			.withMemberId(properties.memberId())
			.withTtl(properties.ttl())
			.withConnectTimeout(properties.connectTimeout())
			.withRevocationTimeout(properties.revocationTimeout())
			.withSlots(properties.slots())
			.withClients(clients)
			.withCallbackThreads(callbackThreads(environment));
		Coordinator coordinator = Coordinator.connect(options);
		boolean chosen = properties.url() != null || !(details instanceof PropertiesCoordinationConnectionDetails);
		logger.info("Coordinating through " + (chosen ? BackendUrl.parse(url) : url) + " in namespace '"
				+ options.namespace() + "' as member '" + coordinator.memberId() + "', guarantees "
				+ coordinator.guarantees().level()
				+ (chosen ? "" : "; coordination.url is not set, so only processes of this user on this machine"));
		return coordinator;
	}

	/** Virtual where the application wants that, and the JVM knows them. */
	private static @Nullable ThreadFactory callbackThreads(Environment environment) {
		return Threading.VIRTUAL.isActive(environment)
				? new VirtualThreadTaskExecutor("coordination-callback-").getVirtualThreadFactory() : null;
	}

	private static String namespace(CoordinationProperties properties, Environment environment) {
		if (properties.namespace() != null) {
			return properties.namespace();
		}
		String application = environment.getProperty("spring.application.name");
		return StringUtils.hasText(application) ? application : "default";
	}

}
