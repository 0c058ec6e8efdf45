package io.github.coordination.benchmarks.scenario;

import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.benchmarks.scenario.consul.ConsulStore;
import io.github.coordination.benchmarks.scenario.etcd.EtcdStore;
import io.github.coordination.benchmarks.scenario.local.FileStore;
import io.github.coordination.benchmarks.scenario.local.LocalStore;
import io.github.coordination.benchmarks.scenario.memcached.MemcachedStore;
import io.github.coordination.benchmarks.scenario.redis.RedisStore;
import io.github.coordination.benchmarks.scenario.sql.MariaDbStore;
import io.github.coordination.benchmarks.scenario.sql.PostgreSqlStore;
import io.github.coordination.benchmarks.scenario.zookeeper.ZooKeeperStore;

/**
 * All stores there are.
 */
final class Stores {

	static final List<Store> ALL = List.of(new LocalStore(), new FileStore(), new RedisStore(), new ZooKeeperStore(),
			new EtcdStore(), new PostgreSqlStore(), new MariaDbStore(), new ConsulStore(), new MemcachedStore());

	private Stores() {
	}

	static Store named(String name) {
		return ALL.stream()
			.filter((store) -> store.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"No store '" + name + "', but " + ALL.stream().map(Store::name).toList()));
	}

	static Contender contender(String store, String name) {
		return named(store).contenders()
			.stream()
			.filter((contender) -> contender.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No contender '" + name + "' in " + store));
	}

}
