package io.github.coordination.backend.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests do to sessions and nodes without the backend.
 */
final class Sessions {

	private static final List<ACL> OPEN = Collections
		.singletonList(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));

	private Sessions() {
	}

	/**
	 * Let the server end a session, by closing it from another client: the server cuts
	 * the first client's connection, and refuses the session when that comes back.
	 */
	static void kill(ZooKeeperServer server, BackendSession session) {
		ZooKeeper victim = ((ZooKeeperSession) session).handle();
		if (victim.getState().isAlive()) {
			run(server, victim.getSessionId(), victim.getSessionPasswd(), (handle) -> {
			});
		}
	}

	/**
	 * Let a session's client believe that it is over, which the server does not know: its
	 * nodes stay until the session expires.
	 */
	static void cut(BackendSession session) {
		((ZooKeeperSession) session).handle().getTestable().injectSessionExpiration();
	}

	/** Create a node and those above it. */
	static void create(ZooKeeper handle, String path, byte[] data) throws KeeperException, InterruptedException {
		for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
			if (handle.exists(path.substring(0, slash), false) == null) {
				handle.create(path.substring(0, slash), new byte[0], OPEN, CreateMode.PERSISTENT);
			}
		}
		handle.create(path, data, OPEN, CreateMode.PERSISTENT);
	}

	/** Create nodes that no backend would write. */
	static void plant(ZooKeeperServer server, String... paths) {
		run(server, 0, new byte[16], (handle) -> {
			for (String path : paths) {
				handle.create(path, new byte[] { 1, 2, 3 }, OPEN, CreateMode.PERSISTENT);
			}
		});
	}

	/** Do something with a handle of its own. */
	static void run(ZooKeeperServer server, Action action) {
		run(server, 0, new byte[16], action);
	}

	private static void run(ZooKeeperServer server, long session, byte[] password, Action action) {
		CountDownLatch connected = new CountDownLatch(1);
		try {
			ZooKeeper handle = new ZooKeeper(server.address(), 10_000, (event) -> {
				if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
					connected.countDown();
				}
			}, session, password);
			try {
				assertThat(connected.await(10, TimeUnit.SECONDS)).as("connected to ZooKeeper").isTrue();
				action.run(handle);
			}
			finally {
				handle.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (KeeperException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Something done with a handle.
	 */
	interface Action {

		void run(ZooKeeper handle) throws KeeperException, InterruptedException;

	}

}
