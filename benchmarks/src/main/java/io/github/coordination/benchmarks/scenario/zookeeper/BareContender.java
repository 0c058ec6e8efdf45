package io.github.coordination.benchmarks.scenario.zookeeper;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of ZooKeeper: an ephemeral node is created and deleted.
 */
final class BareContender implements Contender {

	private static final int SESSION_MILLIS = 10_000;

	@Override
	public String name() {
		return "bare";
	}

	@Override
	public Client open(String url) throws Exception {
		CountDownLatch connected = new CountDownLatch(1);
		ZooKeeper zooKeeper = new ZooKeeper(ZooKeeperStore.connectString(url), SESSION_MILLIS, (event) -> {
			if (event.getState() == KeeperState.SyncConnected) {
				connected.countDown();
			}
		});
		if (!connected.await(SESSION_MILLIS, TimeUnit.MILLISECONDS)) {
			zooKeeper.close();
			throw new IOException("No connection to ZooKeeper");
		}
		return new Client() {

			@Override
			public Section section(String name) {
				return new BareSection(zooKeeper, "/bare-" + name);
			}

			@Override
			public void close() {
				try {
					zooKeeper.close();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		};
	}

	private record BareSection(ZooKeeper zooKeeper, String path) implements Section {

		private static final byte[] NO_DATA = {};

		@Override
		public void enter() throws Exception {
			Attempts.repeat(this::create);
		}

		private boolean create() throws KeeperException, InterruptedException {
			try {
				this.zooKeeper.create(this.path, NO_DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
				return true;
			}
			catch (KeeperException.NodeExistsException ex) {
				return false;
			}
		}

		@Override
		public void leave() throws KeeperException, InterruptedException {
			this.zooKeeper.delete(this.path, -1);
		}

	}

}
