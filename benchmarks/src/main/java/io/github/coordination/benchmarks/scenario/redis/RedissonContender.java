package io.github.coordination.benchmarks.scenario.redis;

import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.LockCandidate;
import io.github.coordination.benchmarks.scenario.contender.LockSection;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Redisson's lock with its defaults. It has no election, so whoever has the lock leads.
 */
final class RedissonContender implements Elector {

	@Override
	public String name() {
		return "redisson";
	}

	@Override
	public Client open(String url) {
		RedissonClient client = connect(url);
		return new Client() {

			@Override
			public Section section(String name) {
				return new LockSection(client.getLock("redisson:" + name));
			}

			@Override
			public void close() {
				client.shutdown();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) {
		RedissonClient client = connect(url);
		return new LockCandidate(client.getLock("redisson:" + election), granted, client::shutdown);
	}

	private static RedissonClient connect(String url) {
		Config config = new Config();
		config.useSingleServer().setAddress(url);
		return Redisson.create(config);
	}

}
