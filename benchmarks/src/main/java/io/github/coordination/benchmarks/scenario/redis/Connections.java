package io.github.coordination.benchmarks.scenario.redis;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Spring's connections, as an application with Boot's defaults has them.
 */
final class Connections {

	private Connections() {
	}

	static LettuceConnectionFactory open(String url) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				LettuceConnectionFactory.createRedisConfiguration(url));
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

}
