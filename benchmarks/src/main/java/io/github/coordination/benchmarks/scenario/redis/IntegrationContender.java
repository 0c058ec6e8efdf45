package io.github.coordination.benchmarks.scenario.redis;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.IntegrationCandidate;
import io.github.coordination.benchmarks.scenario.contender.LockSection;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Spring Integration's lock registry, waiting by publish and subscribe, and the leader
 * initiator over it.
 */
final class IntegrationContender implements Elector {

	/** The default is 100 unused locks; beyond it, one in use might be forgotten. */
	private static final int CAPACITY = 10_000;

	@Override
	public String name() {
		return "spring-integration";
	}

	@Override
	public Client open(String url) {
		LettuceConnectionFactory factory = Connections.open(url);
		RedisLockRegistry registry = registry(factory);
		return new Client() {

			@Override
			public Section section(String name) {
				return new LockSection(registry.obtain(name));
			}

			@Override
			public void close() {
				registry.destroy();
				factory.destroy();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) {
		LettuceConnectionFactory factory = Connections.open(url);
		RedisLockRegistry registry = registry(factory);
		return new IntegrationCandidate(registry, election, granted, () -> {
			registry.destroy();
			factory.destroy();
		});
	}

	private static RedisLockRegistry registry(LettuceConnectionFactory factory) {
		RedisLockRegistry registry = new RedisLockRegistry(factory, "spring-integration");
		registry.setRedisLockType(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK);
		registry.setCacheCapacity(CAPACITY);
		return registry;
	}

}
