package io.github.coordination.session;

import java.time.Duration;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.SessionGrant;

/**
 * The durations of a session, all derived from its ttl.
 *
 * @param renewEvery how often it is renewed
 * @param callTimeout how long one call may take
 * @param guard how much earlier than the store this side stops believing
 */
record SessionTimes(Duration renewEvery, Duration callTimeout, Duration guard) {

	private static final Duration MIN_GUARD = Duration.ofMillis(500);

	static SessionTimes of(Duration ttl) {
		Duration tenth = ttl.dividedBy(10);
		return new SessionTimes(ttl.dividedBy(3), ttl.dividedBy(6),
				(tenth.compareTo(MIN_GUARD) > 0) ? tenth : MIN_GUARD);
	}

	/**
	 * The same for what the store has granted, which may be less than was asked for.
	 * Renewals then come sooner, so that one that fails can be repeated before the
	 * deadline.
	 * @param grant what the store has granted
	 * @param asked the ttl that was asked for, from which the backend has its call
	 * timeout
	 * @throws ConfigurationException if there is no time for that
	 */
	static SessionTimes of(SessionGrant grant, Duration asked) {
		SessionTimes granted = of(grant.ttl());
		Duration callTimeout = of(asked).callTimeout;
		if (grant.safeTtl() == null) {
			return new SessionTimes(granted.renewEvery, callTimeout, granted.guard);
		}
		// what is left beside a renewal that fails: a tenth of it for the repetition
		Duration room = grant.safeTtl().minus(callTimeout).minus(granted.guard).multipliedBy(9).dividedBy(10);
		// the store is asked ten times in a ttl at the most
		if (room.compareTo(grant.ttl().dividedBy(10)) < 0) {
			throw new ConfigurationException("coordination.ttl",
					"the store grants a session of " + grant.ttl() + ", safe for " + grant.safeTtl() + ", of the "
							+ asked + " that were asked for. Calls of up to " + callTimeout + " and a margin of "
							+ granted.guard + " leave no time to repeat a renewal.",
					(grant.ttl().compareTo(asked) < 0)
							? "Let the store grant longer sessions, or set it to " + grant.ttl().toMillis() + "ms."
							: "Use a longer ttl, such as 15s.");
		}
		return new SessionTimes((room.compareTo(granted.renewEvery) < 0) ? room : granted.renewEvery, callTimeout,
				granted.guard);
	}

}
