package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.Permission;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;

/**
 * An etcd of one member on 127.0.0.1 and 127.0.0.2, and a client of it that shares
 * nothing with the one under test.
 */
public final class EtcdServer implements AutoCloseable {

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final long ROOM = 1L << 31;

	private static EtcdServer shared;

	private final int port = FreePorts.take();

	private final ServerProcess process;

	private final ManagedChannel channel;

	private EtcdServer(Path directory, String scheme, List<String> arguments) {
		String url = scheme + "://127.0.0.1:" + this.port;
		String secondUrl = scheme + "://127.0.0.2:" + this.port;
		String peerUrl = "http://127.0.0.1:" + FreePorts.take();
		List<String> command = new ArrayList<>(command(directory));
		command.addAll(List.of("--name", "one", "--listen-client-urls", url + "," + secondUrl,
				"--advertise-client-urls", url, "--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl,
				"--initial-cluster", "one=" + peerUrl));
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
		EtcdServer started = new EtcdServer(newDirectory(), "http", List.of(arguments));
		started.process.await("an answer", started::answers);
		return started;
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
	 * Return where a coordinator connects to.
	 * @return its url, without TLS and user
	 */
	public String url() {
		return "etcd://127.0.0.1:" + this.port;
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
		return range(prefix).stream().map((found) -> found.getKey().toStringUtf8()).toList();
	}

	/**
	 * Return the revisions at which keys that are there were created.
	 * @param prefix what the keys begin with
	 * @return the revisions in order
	 */
	public List<Long> revisionsOf(String prefix) {
		return range(prefix).stream().map(KeyValue::getCreateRevision).sorted().toList();
	}

	/**
	 * Delete a key.
	 * @param key the key
	 */
	public void delete(String key) {
		KVGrpc.newBlockingStub(this.channel)
			.deleteRange(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
	}

	/** Forget all revisions but the last. */
	public void compact() {
		KVGrpc.KVBlockingStub keyValues = KVGrpc.newBlockingStub(this.channel);
		long revision = keyValues.range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("none")).build())
			.getHeader()
			.getRevision();
		keyValues.compact(CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build());
	}

	/**
	 * Let nobody in but root and a user; its own client is nobody from then on.
	 * @param user the user
	 * @param password the user's password
	 * @param prefix what the keys begin with that the user may read and write
	 */
	public void enableUsers(String user, String password, String prefix) {
		AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(this.channel);
		for (String name : List.of("root", user)) {
			auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(name).build());
			auth.userAdd(AuthUserAddRequest.newBuilder().setName(name).setPassword(password).build());
			auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder().setUser(name).setRole(name).build());
		}
		auth.roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
			.setName(user)
			.setPerm(Permission.newBuilder()
				.setPermType(Permission.Type.READWRITE)
				.setKey(ByteString.copyFromUtf8(prefix))
				.setRangeEnd(ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + '0')))
			.build());
		auth.authEnable(AuthEnableRequest.getDefaultInstance());
	}

	/** Kill it and start it again with nothing. */
	public void wipe() {
		this.process.kill();
		ServerProcess.delete(this.process.directory().resolve("data"));
		this.process.restart();
		this.process.awaitPort(this.port);
	}

	@Override
	public void close() {
		this.channel.shutdownNow();
		this.process.close();
	}

	private boolean answers() {
		try {
			return keys("none").isEmpty();
		}
		catch (StatusRuntimeException ex) {
			return false;
		}
	}

	private List<KeyValue> range(String prefix) {
		return KVGrpc.newBlockingStub(this.channel)
			.range(RangeRequest.newBuilder()
				.setKey(ByteString.copyFromUtf8(prefix))
				.setRangeEnd(ByteString.copyFromUtf8(prefix + '\uffff'))
				.build())
			.getKvsList();
	}

}
