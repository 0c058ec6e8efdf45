package io.github.coordination.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;

/**
 * Stands between a client and an etcd and knows which calls are made, so that a test can
 * act between two of them.
 */
public final class EtcdGateway implements AutoCloseable {

	private static final MethodDescriptor.Marshaller<byte[]> BYTES = new Bytes();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final ManagedChannel behind;

	private final Server server;

	private volatile Watcher watcher = (method) -> Status.OK;

	private final AtomicReference<Runnable> loss = new AtomicReference<>();

	private EtcdGateway(int port) {
		this.behind = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
		try {
			this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
				.fallbackHandlerRegistry(new Everything())
				.build()
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start one.
	 * @param port the server's port on this machine
	 * @return the gateway
	 */
	public static EtcdGateway to(int port) {
		return new EtcdGateway(port);
	}

	/**
	 * Return where clients connect to.
	 * @return the port
	 */
	public int port() {
		return this.server.getPort();
	}

	/**
	 * Return where a coordinator connects to.
	 * @return the url of the server behind, by this way
	 */
	public String url() {
		return "etcd://127.0.0.1:" + port();
	}

	/**
	 * Return which calls were passed on, in order.
	 * @return names of methods without their service
	 */
	public List<String> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Decide about each call before it is passed on.
	 * @param watcher what decides; it may block
	 */
	public void before(Watcher watcher) {
		this.watcher = watcher;
	}

	/**
	 * Lose the next reply to a transaction, which the server has done then.
	 * @param action what to do instead of passing it on
	 */
	public void loseNextReply(Runnable action) {
		this.loss.set(action);
	}

	@Override
	public void close() {
		this.server.shutdownNow();
		this.behind.shutdownNow();
		try {
			this.server.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Is asked about each call.
	 */
	public interface Watcher {

		/**
		 * Decide about a call.
		 * @param method the method's name without its service
		 * @return {@link Status#OK} to pass it on, or what to answer
		 */
		Status decide(String method);

	}

	/**
	 * Passes on whatever is called.
	 */
	private final class Everything extends HandlerRegistry implements ServerCallHandler<byte[], byte[]> {

		@Override
		public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
			return ServerMethodDefinition.create(MethodDescriptor.newBuilder(BYTES, BYTES)
				.setType(MethodDescriptor.MethodType.BIDI_STREAMING)
				.setFullMethodName(name)
				.build(), this);
		}

		@Override
		public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> from, Metadata headers) {
			String method = from.getMethodDescriptor().getBareMethodName();
			Status decided = EtcdGateway.this.watcher.decide(method);
			if (!decided.isOk()) {
				from.close(decided, new Metadata());
				return new ServerCall.Listener<>() {
				};
			}
			EtcdGateway.this.calls.add(method);
			ClientCall<byte[], byte[]> to = EtcdGateway.this.behind.newCall(from.getMethodDescriptor(),
					CallOptions.DEFAULT);
			to.start(new ClientCall.Listener<>() {

				@Override
				public void onHeaders(Metadata answered) {
					from.sendHeaders(answered);
				}

				@Override
				public void onMessage(byte[] message) {
					Runnable lost = method.equals("Txn") ? EtcdGateway.this.loss.getAndSet(null) : null;
					if (lost != null) {
						lost.run();
					}
					else {
						from.sendMessage(message);
					}
				}

				@Override
				public void onClose(Status status, Metadata trailers) {
					from.close(status, trailers);
				}

			}, headers);
			from.request(Integer.MAX_VALUE);
			to.request(Integer.MAX_VALUE);
			return new ServerCall.Listener<>() {

				@Override
				public void onMessage(byte[] message) {
					to.sendMessage(message);
				}

				@Override
				public void onHalfClose() {
					to.halfClose();
				}

				@Override
				public void onCancel() {
					to.cancel("the client does not wait", null);
				}

			};
		}

	}

	/**
	 * Messages as they are.
	 */
	private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

		@Override
		public InputStream stream(byte[] value) {
			return new ByteArrayInputStream(value);
		}

		@Override
		public byte[] parse(InputStream stream) {
			try {
				return stream.readAllBytes();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
