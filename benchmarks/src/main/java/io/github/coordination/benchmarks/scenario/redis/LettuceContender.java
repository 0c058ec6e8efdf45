package io.github.coordination.benchmarks.scenario.redis;

import java.util.UUID;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of Redis over Lettuce itself, on one connection.
 */
final class LettuceContender implements Contender {

	@Override
	public String name() {
		return "bare-lettuce";
	}

	@Override
	public Client open(String url) {
		RedisClient client = RedisClient.create(url);
		StatefulRedisConnection<String, String> connection = client.connect();
		String sha = connection.sync().scriptLoad(Bare.DELETE_OWN);
		return new Client() {

			@Override
			public Section section(String name) {
				return new LettuceSection(connection.sync(), sha, "bare-lettuce:" + name, UUID.randomUUID().toString());
			}

			@Override
			public void close() {
				connection.close();
				client.shutdown();
			}

		};
	}

	private record LettuceSection(RedisCommands<String, String> commands, String sha, String key,
			String owner) implements Section {

		@Override
		public void enter() throws Exception {
			Attempts
				.repeat(() -> this.commands.set(this.key, this.owner, SetArgs.Builder.nx().px(Bare.MILLIS)) != null);
		}

		@Override
		public void leave() {
			String[] keys = { this.key };
			Bare.requireDeleted(this.commands.evalsha(this.sha, ScriptOutputType.INTEGER, keys, this.owner));
		}

	}

}
