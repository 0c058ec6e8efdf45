package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * A connection to one of several servers at a time. A call goes on to the next server
 * only while it is certain that none has seen it; whatever was sent is sent once. After a
 * server has not answered, the next call uses another. What is in between, gRPC's
 * channel, is replaced then rather than left to itself: its own pauses between attempts
 * grow to minutes.
 *
 * <p>
 * This is jetcd's protocol on gRPC without jetcd's {@code Client}, which knows no
 * deadline of a call, sends some again after failures of unknown outcome, resumes watches
 * silently and cannot compare all keys of a directory at once.
 */
final class EtcdConnection implements AutoCloseable {

	private static final int MAX_MESSAGE = 1 << 28;

	/**
	 * etcd hangs up on clients that ask more often than every 5 s, gRPC asks for 10 s.
	 */
	private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(10);

	private final List<String> servers;

	private final ChannelCredentials transport;

	private final EtcdCredentials credentials;

	private final Clock clock;

	private final Duration timeout;

	private final Duration keepAlive;

	private final Runnable onMove;

	private final ReentrantLock guard = new ReentrantLock();

	private volatile @Nullable Endpoint endpoint;

	private int next;

	private boolean closed;

	/**
	 * Connect to nothing yet.
	 * @param onMove called when another server, or the same anew, is used from now on
	 */
	EtcdConnection(List<String> servers, ChannelCredentials transport, BackendConfig config, Runnable onMove) {
		this.servers = servers;
		this.transport = transport;
		// with a token of its own: who waits for one here keeps nobody else waiting
		this.credentials = new EtcdCredentials(config.url().userInfo());
		this.clock = config.environment().clock();
		this.timeout = config.callTimeout();
		Duration third = config.ttl().dividedBy(3);
		this.keepAlive = (third.compareTo(SHORTEST_KEEP_ALIVE) > 0) ? third : SHORTEST_KEEP_ALIVE;
		this.onMove = onMove;
		this.next = config.environment().random().nextInt(this.servers.size());
	}

	/** With TLS or without; gRPC verifies the host's name by itself. */
	static ChannelCredentials transport(@Nullable TlsMaterial tls) {
		if (tls == null) {
			return InsecureChannelCredentials.create();
		}
		TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
		if (tls.trustManagers() != null) {
			builder.trustManager(tls.trustManagers().getTrustManagers());
		}
		if (tls.keyManagers() != null) {
			builder.keyManager(tls.keyManagers().getKeyManagers());
		}
		return builder.build();
	}

	/**
	 * When a call that begins now must have ended. What takes long the first time, in
	 * which nothing is sent, is done before: loading gRPC.
	 */
	Deadline deadline() {
		endpoint();
		return Deadline.after(this.clock, this.timeout);
	}

	/** Call what may be sent twice. */
	<Q, R> R callRepeatable(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
		return call(method, request, deadline, true);
	}

	/**
	 * Call what is sent once.
	 * @throws IndeterminateResultException if it was sent and there is no answer
	 */
	<Q, R> R callOnce(MethodDescriptor<Q, R> method, Q request, Deadline deadline) {
		return call(method, request, deadline, false);
	}

	/** Return where calls are made now; connects when it is used. */
	Endpoint endpoint() {
		Endpoint current = this.endpoint;
		return (current != null) ? current : connect();
	}

	/**
	 * Use another server from now on.
	 * @return {@code false} if the endpoint is no longer the one in use
	 */
	boolean leave(Endpoint left) {
		this.guard.lock();
		try {
			if (this.endpoint != left || this.closed) {
				return false;
			}
			this.endpoint = null;
			this.next = (this.next + 1) % this.servers.size();
		}
		finally {
			this.guard.unlock();
		}
		// calls that wait for an answer go on waiting
		left.channel().shutdown();
		this.onMove.run();
		return true;
	}

	/** Say who we are, where that is needed, before calls are made elsewhere. */
	void authenticate(Deadline deadline) {
		this.credentials.obtain(this, deadline);
	}

	/**
	 * Get a new token before the next call; the one there is may be why it was refused.
	 */
	void forgetToken() {
		this.credentials.forget();
	}

	@Override
	public void close() {
		Endpoint current;
		this.guard.lock();
		try {
			this.closed = true;
			current = this.endpoint;
			this.endpoint = null;
		}
		finally {
			this.guard.unlock();
		}
		if (current != null) {
			current.channel().shutdownNow();
		}
	}

	private Endpoint connect() {
		this.guard.lock();
		try {
			if (this.closed) {
				throw new BackendUnavailableException("the client of etcd is closed");
			}
			Endpoint current = this.endpoint;
			if (current == null) {
				current = new Endpoint(this.servers.get(this.next), build(this.servers.get(this.next)));
				this.endpoint = current;
			}
			return current;
		}
		finally {
			this.guard.unlock();
		}
	}

	private ManagedChannel build(String server) {
		return Grpc.newChannelBuilder("dns:///" + server, this.transport)
			.keepAliveTime(this.keepAlive.toMillis(), TimeUnit.MILLISECONDS)
			.keepAliveTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS)
			.maxInboundMessageSize(MAX_MESSAGE)
			.intercept(this.credentials)
			// nothing that runs there blocks
			.directExecutor()
			.disableRetry()
			.build();
	}

	private <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Deadline deadline, boolean repeatable) {
		boolean renewed = false;
		boolean broken = false;
		int refusals = 0;
		while (true) {
			if (method != EtcdCredentials.METHOD) {
				this.credentials.obtain(this, deadline);
			}
			if (deadline.hasPassed()) {
				throw new BackendUnavailableException("etcd was not asked: " + this.timeout + " were over before");
			}
			Endpoint used = endpoint();
			ClientCall<Q, R> call = used.channel().newCall(method, CallOptions.DEFAULT);
			Reply<R> reply = new Reply<>();
			call.start(reply, new Metadata());
			// one more than comes, so that the end is told at once
			call.request(2);
			call.sendMessage(request);
			call.halfClose();
			Status status = await(call, reply, deadline, this.servers.size() - refusals);
			if (status.isOk() && reply.message != null) {
				return reply.message;
			}
			Refusal refusal = wasSent(call) ? Refusal.of(status) : Refusal.NOT_SENT;
			if (refusal == Refusal.LEASE) {
				throw new SessionLostException("etcd says that the session's lease is gone", status.asException());
			}
			if (refusal == Refusal.TOKEN && !renewed) {
				renewed = true;
				this.credentials.forget();
				continue;
			}
			boolean left = refusal.isOfServer(status) && !leave(used);
			if (refusal == Refusal.NOT_SENT && left) {
				// another call left the endpoint before this one could use it
				continue;
			}
			if (refusal == Refusal.NONE && repeatable && !broken && status.getCode() == Status.Code.UNAVAILABLE) {
				// mostly a connection that was found dead
				broken = true;
				continue;
			}
			if ((refusal == Refusal.NOT_SENT || refusal == Refusal.SERVER) && ++refusals < this.servers.size()) {
				continue;
			}
			String problem = "etcd at " + used.server() + ": " + describe(status);
			throw (!repeatable && refusal == Refusal.NONE)
					? new IndeterminateResultException(problem, status.asException())
					: new BackendUnavailableException(problem, status.asException());
		}
	}

	/**
	 * Wait for the reply, but for the connection only so long that there is time left for
	 * the other servers. Without one, the call is ended here.
	 */
	private Status await(ClientCall<?, ?> call, Reply<?> reply, Deadline deadline, int servers) {
		try {
			if (servers > 1) {
				try {
					return deadline.share(servers).await(reply.end);
				}
				catch (TimeoutException ex) {
					if (!wasSent(call)) {
						throw ex;
					}
				}
			}
			return deadline.await(reply.end);
		}
		catch (TimeoutException ex) {
			call.cancel("no answer in time", null);
			return Status.DEADLINE_EXCEEDED.withDescription("no answer within " + this.timeout);
		}
		catch (ExecutionException ex) {
			return Status.fromThrowable(ex);
		}
	}

	/**
	 * What lies behind it, since gRPC describes its pipelines rather than the failure.
	 */
	private static String describe(Status status) {
		Throwable cause = status.getCause();
		while (cause != null && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return status.getCode() + ", " + ((cause != null) ? cause.getMessage() : status.getDescription());
	}

	/** A call that never got to a connection has no attributes of one. */
	private static boolean wasSent(ClientCall<?, ?> call) {
		return !call.getAttributes().equals(Attributes.EMPTY);
	}

	/**
	 * A server and the way to it.
	 *
	 * @param server its host and port
	 * @param channel gRPC's channel to it
	 */
	record Endpoint(String server, ManagedChannel channel) {
	}

	/**
	 * The one answer to a call.
	 */
	private static final class Reply<R> extends ClientCall.Listener<R> {

		private final CompletableFuture<Status> end = new CompletableFuture<>();

		private @Nullable R message;

		@Override
		public void onMessage(R message) {
			this.message = message;
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			this.end.complete(status);
		}

	}

}
