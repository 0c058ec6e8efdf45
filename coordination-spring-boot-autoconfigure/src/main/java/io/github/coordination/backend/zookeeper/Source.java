package io.github.coordination.backend.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;

/**
 * Where handles to ZooKeeper come from.
 */
interface Source {

	/**
	 * Return a handle. Does not wait for it to be connected.
	 * @param ttl the session timeout to ask for, if it is a new one
	 * @param watcher told of a new handle's states
	 * @return the handle
	 */
	ZooKeeper handle(Duration ttl, Watcher watcher);

	/** Whether handles are somebody else's, never to be closed. */
	boolean isShared();

	/** No more handles are needed. */
	void close();

	/** Return the path below which the namespaces are. */
	String root();

	/** Return whom a node is open to. */
	List<ACL> acl();

	/**
	 * New handles, one for each session.
	 *
	 * @param hosts the servers, separated by commas
	 * @param root the path below which the namespaces are
	 * @param credentials {@code user:password}, empty for none
	 * @param acl whom nodes are open to
	 * @param config of the client; making it takes long the first time, so that no call
	 * with a limit should have to
	 * @param copied a copy of the client's key, to be removed in the end
	 */
	record Servers(String hosts, String root, String credentials, List<ACL> acl, ZKClientConfig config,
			@Nullable Path copied) implements Source {

		@Override
		public ZooKeeper handle(Duration ttl, Watcher watcher) {
			try {
				ZooKeeper handle = new ZooKeeper(this.hosts, Math.toIntExact(ttl.toMillis()), watcher, false,
						new EagerHosts(
								new StaticHostProvider(new ConnectStringParser(this.hosts).getServerAddresses())),
						this.config);
				if (!this.credentials.isEmpty()) {
					handle.addAuthInfo("digest", this.credentials.getBytes(StandardCharsets.UTF_8));
				}
				return handle;
			}
			catch (IOException ex) {
				throw new BackendUnavailableException("no client for ZooKeeper can be made", ex);
			}
		}

		@Override
		public boolean isShared() {
			return false;
		}

		@Override
		public void close() {
			if (this.copied != null) {
				this.copied.toFile().delete();
			}
		}

		@Override
		public String toString() {
			return this.hosts;
		}

	}

	/**
	 * The present handle of the application's client.
	 *
	 * @param client the client
	 * @param root the path below which the namespaces are
	 * @param acl whom nodes are open to
	 */
	record Application(CuratorFramework client, String root, List<ACL> acl) implements Source {

		@Override
		public ZooKeeper handle(Duration ttl, Watcher watcher) {
			try {
				return this.client.getZookeeperClient().getZooKeeper();
			}
			catch (Exception ex) {
				throw new BackendUnavailableException("the application's CuratorFramework is not connected", ex);
			}
		}

		@Override
		public boolean isShared() {
			return true;
		}

		@Override
		public void close() {
			// it is the application's
		}

		@Override
		public String toString() {
			return "the application's CuratorFramework";
		}

	}

	/**
	 * The servers in turn, without the second's pause after all of them have failed: a
	 * third of the ttl is little time, and the client pauses before each attempt anyway.
	 *
	 * @param hosts the servers
	 */
	record EagerHosts(StaticHostProvider hosts) implements HostProvider {

		private static final long PAUSE = 100;

		@Override
		public int size() {
			return this.hosts.size();
		}

		@Override
		public InetSocketAddress next(long spinDelay) {
			return this.hosts.next(Math.min(spinDelay, PAUSE));
		}

		@Override
		public void onConnected() {
			this.hosts.onConnected();
		}

		@Override
		public boolean updateServerList(Collection<InetSocketAddress> serverAddresses, InetSocketAddress currentHost) {
			return this.hosts.updateServerList(serverAddresses, currentHost);
		}

	}

}
