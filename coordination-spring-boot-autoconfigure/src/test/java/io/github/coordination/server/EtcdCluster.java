package io.github.coordination.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;

/**
 * An etcd of three members on this machine.
 */
public final class EtcdCluster implements AutoCloseable {

	private static final int SIZE = 3;

	/** Where the members serve clients. */
	private final List<Integer> ports;

	private final List<ServerProcess> members = new ArrayList<>();

	private final List<ManagedChannel> channels = new ArrayList<>();

	private EtcdCluster() {
		List<Integer> free = FreePorts.take(2 * SIZE);
		this.ports = free.subList(0, SIZE);
		List<Integer> peerPorts = free.subList(SIZE, 2 * SIZE);
		String cluster = IntStream.range(0, SIZE)
			.mapToObj((i) -> "m" + i + "=http://127.0.0.1:" + peerPorts.get(i))
			.collect(Collectors.joining(","));
		for (int i = 0; i < SIZE; i++) {
			String url = "http://127.0.0.1:" + this.ports.get(i);
			String peerUrl = "http://127.0.0.1:" + peerPorts.get(i);
			var directory = EtcdServer.newDirectory();
			List<String> command = new ArrayList<>(EtcdServer.command(directory));
			command.addAll(List.of("--name", "m" + i, "--listen-client-urls", url, "--advertise-client-urls", url,
					"--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl, "--initial-cluster",
					cluster, "--initial-cluster-token", "token-" + this.ports.get(0)));
			this.members.add(ServerProcess.start("etcd-" + i, directory, command));
			this.channels.add(ManagedChannelBuilder.forAddress("127.0.0.1", this.ports.get(i)).usePlaintext().build());
		}
	}

	/**
	 * Start a cluster and wait until it has a leader.
	 * @return the cluster
	 */
	public static EtcdCluster start() {
		EtcdCluster started = new EtcdCluster();
		started.members.get(0).await("a leader", () -> started.leader() >= 0);
		for (int i = 0; i < SIZE; i++) {
			started.members.get(i).awaitPort(started.ports.get(i));
		}
		return started;
	}

	/**
	 * Return where clients connect to.
	 * @return hosts and ports of all members
	 */
	public String servers() {
		return this.ports.stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(","));
	}

	/**
	 * Return a member.
	 * @param index its number
	 * @return its process
	 */
	public ServerProcess member(int index) {
		return this.members.get(index % SIZE);
	}

	/**
	 * Ask the members who leads.
	 * @return the leader's number, {@code -1} if they do not agree or nobody says
	 */
	public int leader() {
		for (int i = 0; i < SIZE; i++) {
			try {
				StatusResponse status = MaintenanceGrpc.newBlockingStub(this.channels.get(i))
					.withDeadlineAfter(500, TimeUnit.MILLISECONDS)
					.status(StatusRequest.getDefaultInstance());
				if (status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId()) {
					return i;
				}
			}
			catch (StatusRuntimeException ex) {
				// it is down or stopped
			}
		}
		return -1;
	}

	@Override
	public void close() {
		this.channels.forEach(ManagedChannel::shutdownNow);
		this.members.forEach(ServerProcess::close);
	}

}
