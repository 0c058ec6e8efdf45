package io.github.coordination.benchmarks.scenario.etcd;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.election.CampaignResponse;
import org.jspecify.annotations.Nullable;

import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * jetcd's lock and election, which are services of etcd. A lock's owner is the lease, so
 * every thread needs its own.
 */
final class JetcdContender implements Elector {

	@Override
	public String name() {
		return "jetcd";
	}

	@Override
	public Client open(String url) {
		io.etcd.jetcd.Client client = io.etcd.jetcd.Client.builder().endpoints(EtcdStore.endpoint(url)).build();
		ThreadLocal<@Nullable Long> leases = new ThreadLocal<>();
		return new Client() {

			@Override
			public Section section(String name) throws Exception {
				Long lease = leases.get();
				if (lease == null) {
					lease = Leases.grant(client);
					leases.set(lease);
				}
				return new LockServiceSection(client, ByteSequence.from("jetcd/" + name, StandardCharsets.UTF_8),
						lease);
			}

			@Override
			public void close() {
				client.close();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) throws Exception {
		io.etcd.jetcd.Client client = io.etcd.jetcd.Client.builder().endpoints(EtcdStore.endpoint(url)).build();
		CompletableFuture<CampaignResponse> campaign = client.getElectionClient()
			.campaign(ByteSequence.from("jetcd/" + election, StandardCharsets.UTF_8), Leases.grant(client),
					ByteSequence.EMPTY);
		campaign.thenRun(granted);
		return () -> {
			// who leads has an answer by now
			campaign.thenCompose((won) -> client.getElectionClient().resign(won.getLeader()))
				.orTimeout(Section.WAIT_SECONDS, TimeUnit.SECONDS)
				.join();
			client.close();
		};
	}

	private static final class LockServiceSection implements Section {

		private final io.etcd.jetcd.Client client;

		private final ByteSequence name;

		private final long lease;

		private @Nullable ByteSequence key;

		private LockServiceSection(io.etcd.jetcd.Client client, ByteSequence name, long lease) {
			this.client = client;
			this.name = name;
			this.lease = lease;
		}

		@Override
		public void enter() throws Exception {
			this.key = this.client.getLockClient()
				.lock(this.name, this.lease)
				.get(WAIT_SECONDS, TimeUnit.SECONDS)
				.getKey();
		}

		@Override
		public void leave() throws Exception {
			if (this.key != null) {
				this.client.getLockClient().unlock(this.key).get(WAIT_SECONDS, TimeUnit.SECONDS);
			}
		}

	}

}
