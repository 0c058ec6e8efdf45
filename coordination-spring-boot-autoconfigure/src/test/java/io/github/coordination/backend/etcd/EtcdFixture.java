package io.github.coordination.backend.etcd;

import java.time.Duration;

import org.awaitility.core.ConditionFactory;

import io.github.coordination.ClientSource;
import io.github.coordination.backend.BackendFixture;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Clients of etcd.
 */
final class EtcdFixture extends BackendFixture {

	EtcdFixture() {
		super(new EtcdBackendProvider());
	}

	/** What all its keys begin with. */
	String root() {
		return new Keys(namespace()).root();
	}

	CoordinationBackend client(String url) {
		return create(url, Duration.ofSeconds(6));
	}

	CoordinationBackend client(String url, String namespace, Duration ttl) {
		return create(url, namespace, ttl, ttl.dividedBy(6), environment(), ClientSource.of());
	}

	public static ConditionFactory eventually() {
		return BackendFixture.eventually().pollInSameThread();
	}

}
