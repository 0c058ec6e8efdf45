package io.github.coordination.benchmarks.scenario.contender;

import java.time.Duration;
import java.time.Instant;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.jspecify.annotations.Nullable;

/**
 * A section protected by one of ShedLock's providers, which never wait.
 */
public final class ShedLockSection implements Section {

	private static final Duration AT_MOST = Duration.ofMinutes(1);

	private final LockProvider provider;

	private final String name;

	private @Nullable SimpleLock lock;

	/**
	 * Create it.
	 * @param provider who locks
	 * @param name what to lock
	 */
	public ShedLockSection(LockProvider provider, String name) {
		this.provider = provider;
		this.name = name;
	}

	@Override
	public void enter() {
		LockConfiguration configuration = new LockConfiguration(Instant.now(), this.name, AT_MOST, Duration.ZERO);
		this.lock = this.provider.lock(configuration).orElseThrow();
	}

	@Override
	public void leave() {
		if (this.lock != null) {
			this.lock.unlock();
		}
	}

}
