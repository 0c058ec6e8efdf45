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
	 * Check that a renewal that fails can be repeated before the deadline.
	 * @param grant what the store has granted
	 * @param asked the ttl that was asked for, from which the backend has its call
	 * timeout
	 * @throws ConfigurationException if it cannot
	 */
	static SessionTimes of(SessionGrant grant, Duration asked) {
		SessionTimes granted = of(grant.ttl());
		SessionTimes times = new SessionTimes(granted.renewEvery, of(asked).callTimeout, granted.guard);
		Duration needed = times.renewEvery.plus(times.callTimeout).plus(times.guard);
		if (grant.safeTtl() != null && needed.compareTo(grant.safeTtl()) >= 0) {
			throw new ConfigurationException("coordination.ttl",
					"a session of " + grant.ttl() + ", safe for " + grant.safeTtl()
							+ ", cannot be renewed in time: renewals every " + times.renewEvery + ", calls of up to "
							+ times.callTimeout + " and a margin of " + times.guard + " do not fit in.",
					"Use a longer ttl, such as 15s.");
		}
		return times;
	}

}
