package io.github.coordination.benchmarks.scenario.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;

import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Curator's mutex and leader latch.
 */
final class CuratorContender implements Elector {

	@Override
	public String name() {
		return "curator";
	}

	@Override
	public Client open(String url) {
		CuratorFramework curator = connect(url);
		return new Client() {

			@Override
			public Section section(String name) {
				return new MutexSection(new InterProcessMutex(curator, "/curator/" + name));
			}

			@Override
			public void close() {
				curator.close();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) throws Exception {
		CuratorFramework curator = connect(url);
		LeaderLatch latch = new LeaderLatch(curator, "/curator-elections/" + election);
		latch.addListener(new LeaderLatchListener() {

			@Override
			public void isLeader() {
				granted.run();
			}

			@Override
			public void notLeader() {
			}

		});
		latch.start();
		return () -> {
			try (curator; latch) {
				// closes them, the latch first
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		};
	}

	private static CuratorFramework connect(String url) {
		CuratorFramework curator = CuratorFrameworkFactory.newClient(ZooKeeperStore.connectString(url),
				new ExponentialBackoffRetry(100, 3));
		curator.start();
		return curator;
	}

	private record MutexSection(InterProcessMutex mutex) implements Section {

		@Override
		public void enter() throws Exception {
			if (!this.mutex.acquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
				throw new TimeoutException("No mutex within " + WAIT_SECONDS + " s");
			}
		}

		@Override
		public void leave() throws Exception {
			this.mutex.release();
		}

	}

}
