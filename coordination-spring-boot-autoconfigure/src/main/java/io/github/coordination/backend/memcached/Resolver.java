package io.github.coordination.backend.memcached;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.ConfigurationException;
import io.github.coordination.backend.memcached.Connection.NotConnectedException;
import io.github.coordination.backend.memcached.Connection.Target;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Deadline;

/**
 * Finds the address of one server. DNS may take its time, so it is asked on another
 * thread, and only once however many wait for the answer.
 */
final class Resolver {

	private final Lookup lookup;

	private final ReentrantLock guard = new ReentrantLock();

	/** The last question; nobody asks again before it is answered. */
	private CompletableFuture<InetAddress[]> question = CompletableFuture.completedFuture(new InetAddress[0]);

	Resolver(Lookup lookup) {
		this.lookup = lookup;
	}

	/**
	 * Return the address.
	 * @throws NotConnectedException if there is no answer in time, or none
	 * @throws ConfigurationException if there are several: behind such a name are several
	 * stores, not one
	 */
	InetAddress resolve(Target target, Deadline deadline) throws NotConnectedException {
		List<InetAddress> addresses;
		try {
			addresses = List.of(deadline.await(ask(target.host())));
		}
		catch (TimeoutException ex) {
			throw new NotConnectedException("its name was not resolved in time", ex);
		}
		catch (ExecutionException ex) {
			throw new NotConnectedException("its name cannot be resolved", ex.getCause());
		}
		long old = addresses.stream().filter(Inet4Address.class::isInstance).count();
		if (old > 1 || addresses.size() - old > 1) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"the host of memcached at " + target + " has several addresses, each a server of its own.",
					"Name one server.");
		}
		return addresses.get(0);
	}

	private CompletableFuture<InetAddress[]> ask(String host) {
		this.guard.lock();
		try {
			if (this.question.isDone()) {
				CompletableFuture<InetAddress[]> asked = new CompletableFuture<>();
				PlatformThreads.EXECUTOR.execute(() -> answer(host, asked));
				this.question = asked;
			}
			return this.question;
		}
		finally {
			this.guard.unlock();
		}
	}

	private void answer(String host, CompletableFuture<InetAddress[]> asked) {
		try {
			asked.complete(this.lookup.find(host));
		}
		catch (UnknownHostException | RuntimeException | Error ex) {
			asked.completeExceptionally(ex);
		}
	}

	/**
	 * Finds all addresses of a host.
	 */
	@FunctionalInterface
	interface Lookup {

		InetAddress[] find(String host) throws UnknownHostException;

	}

}
