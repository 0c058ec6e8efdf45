package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;

/**
 * An etcd of one member, and a client of it that shares nothing with the one under test.
 */
public final class EtcdServer implements AutoCloseable {

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final long ROOM = 1L << 31;

	private static EtcdServer shared;

	private final int port = ServerProcess.freePort();

	private final ServerProcess process;

	private final ManagedChannel channel;

	private EtcdServer(Path directory, String scheme, List<String> arguments) {
		String url = scheme + "://127.0.0.1:" + this.port;
		String peerUrl = "http://127.0.0.1:" + ServerProcess.freePort();
		List<String> command = new ArrayList<>(command(directory));
		command.addAll(List.of("--name", "one", "--listen-client-urls", url, "--advertise-client-urls", url,
				"--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl, "--initial-cluster",
				"one=" + peerUrl));
		command.addAll(arguments);
		this.process = ServerProcess.start("etcd", directory, command).awaitPort(this.port);
		this.channel = ManagedChannelBuilder.forAddress("127.0.0.1", this.port).usePlaintext().build();
	}

	/**
	 * Return the server that all tests of this JVM share, started when first asked for.
	 * @return the server
	 */
	public static synchronized EtcdServer shared() {
		if (shared == null) {
			shared = start();
		}
		return shared;
	}

	/**
	 * Start a server.
	 * @param arguments further arguments of it
	 * @return the server
	 */
	public static EtcdServer start(String... arguments) {
		return new EtcdServer(newDirectory(), "http", List.of(arguments));
	}

	/**
	 * Start a server that speaks TLS and asks clients for a certificate.
	 * @param certificates what it shows, and whom it trusts
	 * @param arguments further arguments of it
	 * @return the server; its own client cannot speak to it
	 */
	public static EtcdServer start(Certificates certificates, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--cert-file", certificates.server().toString(), "--key-file",
				certificates.serverKey().toString(), "--trusted-ca-file", certificates.ca().toString(),
				"--client-cert-auth"));
		all.addAll(List.of(arguments));
		return new EtcdServer(newDirectory(), "https", all);
	}

	/** What every member is started with. */
	static List<String> command(Path directory) {
		return List.of(Executables.find("etcd", "etcd-server").toString(), "--data-dir",
				directory.resolve("data").toString(), "--heartbeat-interval", "50", "--election-timeout", "500",
				"--logger", "zap", "--log-level", "warn");
	}

	/** In memory where there is room: what etcd writes it forces to the disk. */
	static Path newDirectory() {
		try {
			return (MEMORY.toFile().getUsableSpace() > ROOM) ? Files.createTempDirectory(MEMORY, "coordination-etcd-")
					: ServerProcess.newDirectory("etcd");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return where clients connect to.
	 * @return its port on 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the process.
	 * @return the process
	 */
	public ServerProcess process() {
		return this.process;
	}

	/**
	 * Return a connection to it.
	 * @return the channel
	 */
	public ManagedChannel channel() {
		return this.channel;
	}

	/**
	 * End a session as if it had expired; its keys go.
	 * @param sessionId the session's id
	 */
	public void revoke(String sessionId) {
		try {
			LeaseGrpc.newBlockingStub(this.channel)
				.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(Long.parseLong(sessionId, 16)).build());
		}
		catch (StatusRuntimeException ex) {
			if (!String.valueOf(ex.getMessage()).contains("lease not found")) {
				throw ex;
			}
		}
	}

	/**
	 * Write a key.
	 * @param key the key
	 * @param value its value
	 */
	public void put(String key, String value) {
		KVGrpc.newBlockingStub(this.channel)
			.put(PutRequest.newBuilder()
				.setKey(ByteString.copyFromUtf8(key))
				.setValue(ByteString.copyFromUtf8(value))
				.build());
	}

	/**
	 * Return the keys there are.
	 * @param prefix what they begin with
	 * @return the keys
	 */
	public List<String> keys(String prefix) {
		return KVGrpc.newBlockingStub(this.channel)
			.range(RangeRequest.newBuilder()
				.setKey(ByteString.copyFromUtf8(prefix))
				.setRangeEnd(ByteString.copyFromUtf8(prefix + '\uffff'))
				.setKeysOnly(true)
				.build())
			.getKvsList()
			.stream()
			.map((found) -> found.getKey().toStringUtf8())
			.toList();
	}

	@Override
	public void close() {
		this.channel.shutdownNow();
		this.process.close();
	}

}
