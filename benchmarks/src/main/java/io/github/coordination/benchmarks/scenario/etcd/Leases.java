package io.github.coordination.benchmarks.scenario.etcd;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;

import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Leases that jetcd keeps alive until its client is closed.
 */
final class Leases {

	private static final long TTL_SECONDS = 15;

	private Leases() {
	}

	static long grant(Client client) throws InterruptedException, ExecutionException, TimeoutException {
		long lease = client.getLeaseClient().grant(TTL_SECONDS).get(Section.WAIT_SECONDS, TimeUnit.SECONDS).getID();
		client.getLeaseClient().keepAlive(lease, new Ignoring());
		return lease;
	}

	/** A lease that ends shows itself in the sections. */
	private static final class Ignoring implements StreamObserver<LeaseKeepAliveResponse> {

		@Override
		public void onNext(LeaseKeepAliveResponse value) {
		}

		@Override
		public void onError(Throwable ex) {
		}

		@Override
		public void onCompleted() {
		}

	}

}
