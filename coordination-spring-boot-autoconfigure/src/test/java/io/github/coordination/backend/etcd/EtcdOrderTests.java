package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Guarantees;
import io.github.coordination.server.EtcdGateway;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What happens between two requests that belong together.
 */
@Tag("etcd")
class EtcdOrderTests {

	private static final Duration TTL = Duration.ofSeconds(6);

	private final EtcdFixture fixture = new EtcdFixture();

	private final EtcdServer server = EtcdServer.shared();

	private final EtcdGateway first = EtcdGateway.to(this.server.port());

	private final EtcdGateway second = EtcdGateway.to(this.server.port());

	@AfterEach
	void close() {
		this.fixture.close();
		this.first.close();
		this.second.close();
	}

	/** A server that is behind may still show the key of a lease that another ended. */
	@Test
	void renewalAndItsProofComeFromOneServer() {
		BackendSession session = this.fixture
			.client("etcd://127.0.0.1:" + this.first.port() + ",127.0.0.1:" + this.second.port())
			.open(TTL);
		AtomicBoolean extended = new AtomicBoolean();
		AtomicBoolean left = new AtomicBoolean();
		EtcdGateway.Watcher leaves = (method) -> {
			if (method.equals("LeaseKeepAlive")) {
				extended.set(true);
			}
			// whichever of the two is asked first
			return (method.equals("Txn") && extended.get() && left.compareAndSet(false, true)) ? Status.UNAVAILABLE
					: Status.OK;
		};
		this.first.before(leaves);
		this.second.before(leaves);
		int asked = keepAlives();

		assertThat(session.renew()).isEqualTo(session.grant());

		assertThat(left).isTrue();
		assertThat(keepAlives()).isEqualTo(asked + 2);
		assertThat(this.first.calls()).contains("LeaseKeepAlive");
		assertThat(this.second.calls()).contains("LeaseKeepAlive");
	}

	@Test
	void leaseThatIsGoneBeforeItIsUsedIsNoLostSession() {
		CoordinationBackend client = this.fixture.client(this.first.url());
		this.first.before((method) -> {
			return method.equals("Txn") && this.first.calls().contains("LeaseGrant")
					? Status.NOT_FOUND.withDescription("etcdserver: requested lease not found") : Status.OK;
		});

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(TTL))
			.withMessageContaining("lease");
	}

	@Test
	void takingAndGivingBackWhatIsFreeIsOneRequestEach() {
		BackendSession session = this.fixture.client(this.first.url()).open(TTL);
		int before = this.first.calls().size();

		Entry entry = this.fixture.enqueue(session, this.fixture.queue("a")).entry();
		Optional<Placement> refused = session.enqueue(this.fixture.queue("a"), this.fixture.attempt(session), "x",
				new byte[0], 0);
		session.delete(entry);
		session.enqueue(this.fixture.queue("a"), this.fixture.attempt(session), "x", new byte[0], 0).orElseThrow();

		assertThat(refused).isEmpty();
		assertThat(this.first.calls().subList(before, this.first.calls().size())).containsExactly("Txn", "Txn", "Txn",
				"Txn");
	}

	/** What a server knows of a lease's keys is no more than what it has applied. */
	@Test
	void entriesAreKnownWithoutTheLeasesKeys() {
		BackendSession session = this.fixture.client(this.first.url()).open(TTL);
		Directory queue = this.fixture.queue("a");
		this.first.before((method) -> {
			return method.equals("LeaseTimeToLive") ? Status.UNIMPLEMENTED : Status.OK;
		});

		Entry queued = this.fixture.enqueue(session, queue).entry();
		Entry plain = session.create(this.fixture.directory("a").entry("a"), new byte[0]).orElseThrow();
		assertThat(session.create(plain.key(), new byte[0])).isEmpty();
		assertThat(session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0)).isEmpty();

		assertThat(session.entries()).usingRecursiveFieldByFieldElementComparator()
			.containsExactlyInAnyOrder(queued, plain);
		assertThat(session.delete(plain)).isTrue();
		assertThat(session.entries()).extracting(Entry::id).containsExactly(queued.id());
		assertThat(session.delete(queued)).isTrue();
		assertThat(session.entries()).isEmpty();
	}

	@Test
	void oneServerIsNoQuorumHoweverManyTheUrlNames() {
		String url = "etcd://127.0.0.1:" + this.first.port() + ",127.0.0.1:" + this.second.port() + ",127.0.0.1:"
				+ this.server.port();
		CoordinationBackend client = this.fixture.client(url);
		assertThat(client.guarantees().level()).as("by the url").isEqualTo(Guarantees.Level.QUORUM);

		client.open(TTL);

		assertThat(client.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
	}

	@Test
	void sessionIsOpenedThoughNobodySaysHowManyServersThereAre() {
		CoordinationBackend client = this.fixture.client(this.first.url());
		this.first.before((method) -> {
			return method.equals("MemberList") ? Status.PERMISSION_DENIED : Status.OK;
		});

		assertThat(client.open(TTL).renew()).isNotNull();
		assertThat(client.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
	}

	/** Both renew their tokens when the servers were started anew. */
	@Test
	void renewalsDoNotWaitForTheTokenOfOtherCalls() throws InterruptedException {
		try (EtcdServer own = EtcdServer.start(); EtcdGateway gateway = EtcdGateway.to(own.port())) {
			own.enableUsers("app", "word", "/coordination/app/");
			// etcd takes its time over passwords
			CoordinationBackend client = this.fixture.client("etcd://app:word@127.0.0.1:" + gateway.port(), "app",
					Duration.ofSeconds(30));
			BackendSession session = client.open(TTL);
			CountDownLatch asked = new CountDownLatch(1);
			CountDownLatch answered = new CountDownLatch(1);
			AtomicBoolean refused = new AtomicBoolean();
			gateway.before((method) -> {
				if (method.equals("Range") && refused.compareAndSet(false, true)) {
					return Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
				}
				if (method.equals("Authenticate")) {
					asked.countDown();
					await(answered);
				}
				return Status.OK;
			});
			Thread reader = new Thread(() -> client.list(new Directory("app", "group", "a")));
			reader.start();
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

			try {
				assertThat(session.renew()).isEqualTo(session.grant());
				assertThat(gateway.calls().stream().filter("Authenticate"::equals)).hasSize(2);
			}
			finally {
				answered.countDown();
				reader.join();
			}
		}
	}

	private int keepAlives() {
		return (int) (this.first.calls().stream().filter("LeaseKeepAlive"::equals).count()
				+ this.second.calls().stream().filter("LeaseKeepAlive"::equals).count());
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
