package io.github.coordination.backend.consul;

import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;

/**
 * Requests to one agent. Every request has a connection to itself while it lasts; idle
 * ones are kept. A call is not ended by an interrupt, because that would leave its
 * outcome unknown without need: it ends at its limit.
 */
final class Http {

	/** Fewer than the 200 connections that Consul allows a client. */
	private static final int MAX_CALLS = 64;

	/** No request is sent later than this after it was made. */
	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private static final int IDLE_SECONDS = 5;

	private static final ReentrantLock SHARING = new ReentrantLock();

	/**
	 * The clients of all backends without TLS. A client cannot be closed: its idle
	 * connections and its thread go when it is collected, so backends that come and go
	 * must not each bring their own.
	 */
	private static WeakReference<Clients> shared = new WeakReference<>(null);

	private final URI server;

	private final String token;

	private final @Nullable SSLContext tls;

	private final Clock clock;

	private final Duration callTimeout;

	private final Semaphore calls = new Semaphore(MAX_CALLS);

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable Clients clients;

	private volatile boolean closed;

	Http(URI server, String token, @Nullable SSLContext tls, BackendConfig config) {
		this.server = server;
		this.token = token;
		this.tls = tls;
		this.clock = config.environment().clock();
		this.callTimeout = config.callTimeout();
	}

	/** When a call that begins now must have ended. */
	Deadline deadline() {
		return Deadline.after(this.clock, this.callTimeout);
	}

	/** Build a request. */
	HttpRequest request(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.server + path));
		if (!this.token.isEmpty()) {
			request.header("X-Consul-Token", this.token);
		}
		return request.method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
			.build();
	}

	/** Send a request among those that have to wait when there are too many. */
	HttpResponse<String> send(HttpRequest request, boolean write, Deadline deadline) {
		if (!deadline.await((nanos) -> this.calls.tryAcquire(nanos, TimeUnit.NANOSECONDS))) {
			throw new BackendUnavailableException("too many requests to " + this + " at once");
		}
		try {
			return await(call(request), write, deadline);
		}
		finally {
			this.calls.release();
		}
	}

	/**
	 * Send a request of a renewal, which neither waits for others nor shares with them.
	 */
	HttpResponse<String> sendFirst(HttpRequest request, boolean write, Deadline deadline) {
		return await(clients().renewals.sendAsync(request, BodyHandlers.ofString()), write, deadline);
	}

	/**
	 * Send a request without waiting for the answer; whoever calls must cancel it if that
	 * takes too long.
	 */
	CompletableFuture<HttpResponse<String>> start(HttpRequest request) {
		return clients().calls.sendAsync(request, BodyHandlers.ofString());
	}

	RuntimeException failed(boolean write, String why, @Nullable Throwable cause) {
		return write ? new IndeterminateResultException("Consul at " + this + " may have done it or not: " + why, cause)
				: new BackendUnavailableException("Consul at " + this + " did not do it: " + why, cause);
	}

	void close() {
		this.opening.lock();
		try {
			this.closed = true;
			this.clients = null;
		}
		finally {
			this.opening.unlock();
		}
	}

	@Override
	public String toString() {
		return this.server.getAuthority();
	}

	/**
	 * The client's own way not to block starts a thread for every answer where there are
	 * one or two processors, which takes as long as the request.
	 */
	private Future<HttpResponse<String>> call(HttpRequest request) {
		Clients clients = clients();
		return clients.threads.submit(() -> clients.calls.send(request, BodyHandlers.ofString()));
	}

	private HttpResponse<String> await(Future<HttpResponse<String>> sent, boolean write, Deadline deadline) {
		try {
			return deadline.await(sent);
		}
		catch (TimeoutException ex) {
			sent.cancel(true);
			throw failed(write, "there was no answer in time", null);
		}
		catch (ExecutionException ex) {
			Throwable cause = ex.getCause();
			if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
					|| cause instanceof SSLHandshakeException) {
				throw new BackendUnavailableException("cannot connect to Consul at " + this, cause);
			}
			throw failed(write, "the connection failed", cause);
		}
	}

	private Clients clients() {
		Clients current = this.clients;
		if (current != null) {
			return current;
		}
		this.opening.lock();
		try {
			if (this.closed) {
				throw new MisuseException("the backend for Consul at " + this + " is closed");
			}
			current = this.clients;
			if (current == null) {
				current = (this.tls != null) ? Clients.of(builder().sslContext(this.tls)) : shared();
				this.clients = current;
			}
			return current;
		}
		finally {
			this.opening.unlock();
		}
	}

	private static Clients shared() {
		SHARING.lock();
		try {
			Clients current = shared.get();
			if (current == null) {
				current = Clients.of(builder());
				shared = new WeakReference<>(current);
			}
			return current;
		}
		finally {
			SHARING.unlock();
		}
	}

	private static HttpClient.Builder builder() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(CONNECT_TIMEOUT)
			// nothing that a client has to do by itself blocks
			.executor(Runnable::run);
	}

	/**
	 * A client for renewals beside that for all else: after a silent break of the network
	 * many idle connections may be dead, and a renewal must not try one after the other.
	 *
	 * @param calls for all else
	 * @param renewals for renewals
	 * @param threads run the calls; they end when they have had nothing to do for a while
	 */
	private record Clients(HttpClient calls, HttpClient renewals, ExecutorService threads) {

		static Clients of(HttpClient.Builder builder) {
			AtomicInteger number = new AtomicInteger();
			return new Clients(builder.build(), builder.build(), new ThreadPoolExecutor(0, Integer.MAX_VALUE,
					IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), (task) -> {
						Thread thread = new Thread(task, "coordination-consul-" + number.incrementAndGet());
						thread.setDaemon(true);
						return thread;
					}));
		}

	}

}
