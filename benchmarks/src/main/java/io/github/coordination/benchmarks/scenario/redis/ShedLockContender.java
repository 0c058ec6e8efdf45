package io.github.coordination.benchmarks.scenario.redis;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;
import io.github.coordination.benchmarks.scenario.contender.ShedLockSection;

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

}
