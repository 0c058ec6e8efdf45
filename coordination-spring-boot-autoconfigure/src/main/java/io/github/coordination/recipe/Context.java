package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Map;

import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.MisuseException;
import io.github.coordination.SessionState;
import io.github.coordination.session.SessionEngine;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;

/**
 * What every recipe of one coordinator works with.
 *
 * @param options how the coordinator was built
 * @param memberId its id in groups and elections
 * @param self what it writes into entries that say nothing but whose they are
 * @param backend the store
 * @param engine its session
 * @param environment time and threads
 * @param queues the local side of queues
 * @param listeners whoever wants to hear of lost locks
 */
record Context(CoordinatorOptions options, String memberId, byte[] self, CoordinationBackend backend,
		SessionEngine engine, Environment environment, LocalQueues queues, Listeners<CoordinatorListener> listeners) {

	Directory directory(String kind, String name) {
		return new Directory(this.options.namespace(), kind, name);
	}

	/** The store, unless the coordinator was closed. */
	CoordinationBackend openBackend() {
		requireOpen();
		return this.backend;
	}

	void requireOpen() {
		if (this.engine.state() == SessionState.CLOSED) {
			throw new MisuseException("the coordinator is closed");
		}
	}

	/**
	 * How long anything waits for a call before it looks for itself: every watch can be
	 * lost.
	 */
	Duration recheck() {
		return this.options.ttl().dividedBy(3);
	}

	/** A pause before a failed call is repeated. */
	Duration pause() {
		long longest = Math.min(recheck().toNanos() / 10, 100_000_000);
		return Duration.ofNanos(this.environment.random().nextLong(longest / 2, longest + 1));
	}

	/** What this process writes into an entry that says more of it. */
	byte[] self(Map<String, String> metadata) {
		return MemberCodec.encode(this.memberId, metadata);
	}

}
