package io.github.coordination.benchmarks.scenario.redis;

import java.time.Duration;
import java.time.Instant;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * ShedLock, which never waits, and gives back without asking whose the key is.
 */
final class ShedLockContender implements Contender {

	@Override
	public String name() {
		return "shedlock";
	}

	@Override
	public boolean waits() {
		return false;
	}

	@Override
	public Client open(String url) {
		LettuceConnectionFactory factory = Connections.open(url);
		LockProvider provider = new RedisLockProvider(factory, "scenarios");
		return new Client() {

			@Override
			public Section section(String name) {
				return new ShedLockSection(provider, name);
			}

			@Override
			public void close() {
				factory.destroy();
			}

		};
	}

	private static final class ShedLockSection implements Section {

		private final LockProvider provider;

		private final String name;

		private @Nullable SimpleLock lock;

		private ShedLockSection(LockProvider provider, String name) {
			this.provider = provider;
			this.name = name;
		}

		@Override
		public void enter() {
			LockConfiguration configuration = new LockConfiguration(Instant.now(), this.name,
					Duration.ofMillis(Bare.MILLIS), Duration.ZERO);
			this.lock = this.provider.lock(configuration).orElseThrow();
		}

		@Override
		public void leave() {
			if (this.lock != null) {
				this.lock.unlock();
			}
		}

	}

}
