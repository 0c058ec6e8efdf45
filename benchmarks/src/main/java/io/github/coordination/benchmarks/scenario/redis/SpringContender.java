package io.github.coordination.benchmarks.scenario.redis;

import java.time.Duration;
import java.util.UUID;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.SetCondition;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.types.Expiration;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of Redis over Spring's connection factory, on one shared connection.
 */
final class SpringContender implements Contender {

	@Override
	public String name() {
		return "bare-spring";
	}

	@Override
	public Client open(String url) {
		LettuceConnectionFactory factory = Connections.open(url);
		String sha;
		try (RedisConnection connection = factory.getConnection()) {
			sha = connection.scriptingCommands().scriptLoad(Bare.bytes(Bare.DELETE_OWN));
		}
		return new Client() {

			@Override
			public Section section(String name) {
				return new SpringSection(factory, sha, name);
			}

			@Override
			public void close() {
				factory.destroy();
			}

		};
	}

	private static final class SpringSection implements Section {

		private static final Expiration EXPIRATION = Expiration.from(Duration.ofMillis(Bare.MILLIS));

		private final RedisConnection connection;

		private final String sha;

		private final byte[] key;

		private final byte[] owner = Bare.bytes(UUID.randomUUID().toString());

		private SpringSection(RedisConnectionFactory factory, String sha, String name) {
			this.connection = factory.getConnection();
			this.sha = sha;
			this.key = Bare.bytes("bare-spring:" + name);
		}

		@Override
		public void enter() throws Exception {
			Attempts.repeat(() -> this.connection.stringCommands()
				.set(this.key, this.owner, SetCondition.ifAbsent(), EXPIRATION));
		}

		@Override
		public void leave() {
			Bare.requireDeleted(
					this.connection.scriptingCommands().evalSha(this.sha, ReturnType.INTEGER, 1, this.key, this.owner));
		}

		@Override
		public void close() {
			this.connection.close();
		}

	}

}
