package io.github.coordination.benchmarks.scenario.local;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.LockSection;
import io.github.coordination.benchmarks.scenario.contender.Section;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * The store inside one process, set against the JDK's own lock.
 */
public final class LocalStore implements Store {

	@Override
	public String name() {
		return "local";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new JdkContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		return new Server("local:scenarios", () -> {
		});
	}

	@Override
	public Reach reach() {
		return Reach.PROCESS;
	}

	private static final class JdkContender implements Contender {

		@Override
		public String name() {
			return "reentrant-lock";
		}

		@Override
		public Client open(String url) {
			Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
			return new Client() {

				@Override
				public Section section(String name) {
					return new LockSection(locks.computeIfAbsent(name, (key) -> new ReentrantLock()));
				}

				@Override
				public void close() {
					locks.clear();
				}

			};
		}

	}

}
