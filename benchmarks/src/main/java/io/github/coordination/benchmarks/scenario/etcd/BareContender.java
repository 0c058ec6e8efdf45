package io.github.coordination.benchmarks.scenario.etcd;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of etcd: a transaction that puts a key under a lease if there is none,
 * and a delete.
 */
final class BareContender implements Contender {

	@Override
	public String name() {
		return "bare";
	}

	@Override
	public Client open(String url) throws Exception {
		io.etcd.jetcd.Client client = io.etcd.jetcd.Client.builder().endpoints(EtcdStore.endpoint(url)).build();
		PutOption underLease = PutOption.builder().withLeaseId(Leases.grant(client)).build();
		return new Client() {

			@Override
			public Section section(String name) {
				ByteSequence key = ByteSequence.from("bare/" + name, StandardCharsets.UTF_8);
				Cmp absent = new Cmp(key, Cmp.Op.EQUAL, CmpTarget.version(0));
				return new BareSection(client.getKVClient(), key, absent, Op.put(key, ByteSequence.EMPTY, underLease));
			}

			@Override
			public void close() {
				client.close();
			}

		};
	}

	private record BareSection(KV requests, ByteSequence key, Cmp absent, Op put) implements Section {

		@Override
		public void enter() throws Exception {
			Attempts.repeat(() -> this.requests.txn()
				.If(this.absent)
				.Then(this.put)
				.commit()
				.get(WAIT_SECONDS, TimeUnit.SECONDS)
				.isSucceeded());
		}

		@Override
		public void leave() throws Exception {
			this.requests.delete(this.key).get(WAIT_SECONDS, TimeUnit.SECONDS);
		}

	}

}
