package io.github.coordination.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.spi.BackendUrl;

/**
 * Connects a coordinator of an application, and says in one line of the log to what.
 */
final class CoordinatorConnection {

	private static final Log logger = LogFactory.getLog(CoordinatorConnection.class);

	private CoordinatorConnection() {
	}

	/**
	 * Connect.
	 * @param chosen whether somebody has chosen the store
	 */
	static Coordinator open(CoordinatorOptions options, boolean chosen) {
		String url = options.url();
		Coordinator coordinator = Coordinator.connect(options);
		logger.info("Coordinating through " + (chosen ? BackendUrl.parse(url) : url) + " in namespace '"
				+ options.namespace() + "' as member '" + coordinator.memberId() + "', guarantees "
				+ coordinator.guarantees().level()
				+ (chosen ? "" : "; coordination.url is not set, so only processes of this user on this machine"));
		return coordinator;
	}

}
