package io.github.coordination.backend.consul;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.SessionGrant;

import static io.github.coordination.backend.consul.ConsulFixture.bytes;
import static io.github.coordination.backend.consul.ConsulFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is particular to Consul: the traps it has, and what becomes of its errors.
 */
@Tag("consul")
@Timeout(60)
class ConsulBackendTests {

	private final ConsulServer server = ConsulServer.shared();

	private final ConsulFixture fixture = new ConsulFixture();

	private final Directory queue = this.fixture.queue("a");

	private ConsulDouble consul;

	@BeforeEach
	void openDouble() {
		this.consul = new ConsulDouble(this.server.port());
	}

	@AfterEach
	void close() {
		this.fixture.close();
		this.consul.close();
	}

	@Test
	void uncontendedEntryCostsTwoRequests() {
		BackendSession session = this.fixture.backend(this.consul.port()).open(ConsulFixture.TTL);
		int before = this.consul.requests().size();

		Entry entry = enqueue(session).entry();
		session.delete(entry);

		assertThat(this.consul.requests().subList(before, this.consul.requests().size())).containsExactly("PUT /v1/txn",
				"PUT /v1/txn");
	}

	@Test
	void renewalSharesNoConnectionWithOtherCalls() {
		BackendSession session = this.fixture.backend(this.consul.port()).open(ConsulFixture.TTL);
		enqueue(session);

		session.renew();

		String identity = "GET /v1/" + this.fixture.path(".format");
		assertThat(this.consul.connections("PUT /v1/session/renew")).hasSize(1)
			.doesNotContainAnyElementsOf(this.consul.connections("PUT /v1/txn"));
		assertThat(this.consul.connections(identity)).containsAll(this.consul.connections("PUT /v1/session/renew"));
	}

	@Test
	void whatIsReadIsConfirmedByTheQuorum() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		Entry entry = enqueue(session).entry();

		backend.get(entry.key());
		backend.list(this.queue);
		session.entries();
		session.renew();

		assertThat(this.consul.requests()).filteredOn((each) -> each.startsWith("GET /v1/kv"))
			.hasSizeGreaterThan(4)
			.allMatch((each) -> each.contains("consistent"));
		assertThat(this.consul.requests()).contains("PUT /v1/txn?consistent");
	}

	@Test
	void manyCallsAtOnceUseNoMoreConnectionsThanTheyMay() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		backend.list(this.queue);

		CompletableFuture
			.allOf(IntStream.range(0, 300)
				.mapToObj((i) -> CompletableFuture.runAsync(() -> backend.list(this.queue),
						(call) -> new Thread(call).start()))
				.toArray(CompletableFuture[]::new))
			.join();

		assertThat(this.consul.connections("")).hasSizeLessThanOrEqualTo(64);
	}

	@Test
	void keyOfAnEndedSessionCanBeTakenAtOnce() {
		ConsulBackend backend = this.fixture.backend(this.server.port());
		EntryKey key = new Directory(this.fixture.namespace(), "group", "g").entry("same");
		for (int i = 0; i < 3; i++) {
			BackendSession closed = backend.open(ConsulFixture.TTL);
			assertThat(closed.create(key, bytes("v"))).isPresent();
			closed.close();
			BackendSession destroyed = backend.open(ConsulFixture.TTL);
			assertThat(destroyed.create(key, bytes("v"))).isPresent();
			this.server.destroy(destroyed.id());
		}
	}

	@Test
	void sessionOutlivesTheHealthChecksOfItsNode() {
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		Entry entry = enqueue(session).entry();
		String check = "{\"Node\":\"test\",\"Address\":\"127.0.0.1\",\"Check\":{\"CheckID\":\"serfHealth\","
				+ "\"Name\":\"serf\",\"Status\":\"%s\"}}";

		assertThat(this.server.call("PUT", "catalog/register", check.formatted("critical"))).contains("true");

		assertThat(session.renew()).isNotNull();
		assertThat(session.entries()).extracting(Entry::id).containsExactly(entry.id());
		this.server.call("PUT", "catalog/register", check.formatted("passing"));
	}

	@Test
	void sessionEndsWithItsNode() {
		try (ConsulServer own = ConsulServer.start("{}")) {
			BackendSession session = this.fixture.backend(own.port()).open(ConsulFixture.TTL);

			assertThat(own.call("PUT", "catalog/deregister", "{\"Node\":\"test\"}")).contains("true");

			assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		}
	}

	@Test
	void ttlBelowTheServersLimitIsRaised() {
		try (ConsulServer strict = ConsulServer.start("{\"session_ttl_min\":\"10s\"}")) {
			Duration asked = Duration.ofSeconds(3);
			ConsulBackend backend = this.fixture.backend("consul://127.0.0.1:" + strict.port(), asked);

			BackendSession session = backend.open(asked);

			assertThat(session.grant().ttl()).isEqualTo(Duration.ofSeconds(10));
			assertThat(session.renew().ttl()).isEqualTo(Duration.ofSeconds(10));
			// a dead session stays for twice 10 seconds, which is so much beyond the 3
			assertThat(backend.guarantees().noticeBound()).isEqualTo(Duration.ofSeconds(17));
			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(Duration.ofHours(25)))
				.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.ttl"));
		}
	}

	@Test
	void threeServersAreAQuorumAndOneIsNot() {
		CoordinationBackend backend = this.fixture.backend(this.consul.port());
		backend.open(ConsulFixture.TTL);
		assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);

		this.consul.answerNext("GET /v1/status/peers", 200, "[\"h1:8300\",\"h2:8300\",\"h3:8300\"]");
		backend.open(ConsulFixture.TTL);

		assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.QUORUM);
	}

	@Test
	void ttlThatGrowsUnderLoadIsBelievedNoLonger() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		assertThat(backend.guarantees().noticeBound()).isEqualTo(ConsulFixture.TTL);
		this.consul.changeNext("PUT /v1/session/renew", (body) -> body.replace("15000ms", "1m30.5s"));

		SessionGrant grant = session.renew();

		assertThat(grant.ttl()).isEqualTo(Duration.ofMillis(90_500));
		assertThat(grant.safeTtl()).isEqualTo(ConsulFixture.TTL);
		assertThat(backend.guarantees().noticeBound()).isEqualTo(Duration.ofSeconds(181 - 15));
	}

	@Test
	void attemptThatOthersLeftOutIsRefusedAndNotMadeAgainWhenItIsRepeated() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			ConsulBackend backend = this.fixture.backend(this.server.port());
			BackendSession holder = backend.open(ConsulFixture.TTL);
			BackendSession other = backend.open(ConsulFixture.TTL);
			BackendSession disturbed = this.fixture.backend(proxy.port()).open(ConsulFixture.TTL);
			Entry held = enqueue(holder).entry();
			String attempt = this.fixture.attempt(disturbed);
			proxy.loseNextReply();
			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> disturbed.enqueue(this.queue, attempt, "x", bytes("v"), 0));
			assertThat(disturbed.entries()).extracting(Entry::id).containsExactly(attempt);
			assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(held.id());
			Placement next = enqueue(other);
			assertThat(next.ahead()).extracting(Ahead::id).containsExactly(held.id());
			holder.delete(held);

			assertThat(disturbed.enqueue(this.queue, attempt, "x", bytes("v"), 5)).isEmpty();

			assertThat(disturbed.entries()).isEmpty();
			assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(next.entry().id());
		}
	}

	@Test
	void entryThatArrivesAfterItsAttemptWasGivenUpIsFound() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			Duration ttl = Duration.ofSeconds(3);
			BackendSession disturbed = this.fixture.backend("consul://127.0.0.1:" + proxy.port(), ttl).open(ttl);
			String attempt = this.fixture.attempt(disturbed);
			proxy.hold(TcpProxy.Direction.TO_SERVER);
			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> disturbed.enqueue(this.queue, attempt, "x", bytes("v"), 0));
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(disturbed::entries);

			proxy.pass();

			// a call that the machine has no time for says nothing
			eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class).until(() -> {
				disturbed.renew();
				return disturbed.entries().stream().map(Entry::id).toList().equals(List.of(attempt));
			});
			assertThat(disturbed.delete(disturbed.entries().get(0))).isTrue();
		}
	}

	@Test
	void answersOfAServerInTroubleAreToldApart() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		Entry entry = enqueue(session).entry();

		for (String answer : List.of("leadership lost while committing log", "", "{}", "<html>")) {
			this.consul.answerNext("PUT /v1/txn", 500, answer);
			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> session.delete(entry));
		}
		for (String answer : List.of("", "[", "<html>", "[]", "{\"Results\":[{}]}", "{\"Errors\":[1]}")) {
			this.consul.answerNext("PUT /v1/txn", 200, answer);
			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> session.delete(entry));
		}
		for (int refusal : new int[] { 400, 403, 413, 429 }) {
			this.consul.answerNext("PUT /v1/txn", refusal, "no");
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> session.delete(entry));
		}
		this.consul.answerNext("GET /v1/kv", 500, "No cluster leader");
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue))
			.withMessageContaining("No cluster leader");
		this.consul.answerNext("PUT /v1/session/renew", 500, "No cluster leader");
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(session::renew);
		assertThat(session.isOver()).isFalse();
		assertThat(session.delete(entry)).isTrue();
	}

	@Test
	void whatAnswersInPlaceOfConsulDoesNotMakeItEmpty() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		Entry entry = enqueue(session).entry();

		this.consul.answerNextAsAProxy("GET /v1/kv", 404, "no such route");
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue));
		this.consul.answerNextAsAProxy("GET /v1/kv", 404, "no such route");
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.get(entry.key()));
		this.consul.answerNextAsAProxy("GET /v1/session/info", 404, "no such route");
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(session::entries);
		this.consul.answerNextAsAProxy("PUT /v1/session/renew", 404, "no such route");
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(session::renew);

		assertThat(session.isOver()).isFalse();
		assertThat(session.renew()).isNotNull();
		assertThat(session.entries()).extracting(Entry::id).containsExactly(entry.id());
	}

	@Test
	void placeInAListWithoutTheOwnEntryIsNone() {
		BackendSession session = this.fixture.backend(this.consul.port()).open(ConsulFixture.TTL);
		Entry first = enqueue(session).entry();
		for (UnaryOperator<String> change : List.<UnaryOperator<String>>of(ConsulBackendTests::withoutList,
				(body) -> "{}", (body) -> "{\"Results\":[],\"Errors\":null}")) {
			String attempt = this.fixture.attempt(session);
			this.consul.changeNext("PUT /v1/txn", change);

			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> session.enqueue(this.queue, attempt, "x", bytes("v"), 9));

			assertThat(session.entries()).extracting(Entry::id).containsExactly(first.id(), attempt);
			assertThat(session.delete(session.entries().get(1))).isTrue();
		}
	}

	@Test
	void agentThatTakesItsNodeAwayWhenItIsStoppedIsTrustedLess() {
		CoordinationBackend backend = this.fixture.backend(this.consul.port());
		backend.open(ConsulFixture.TTL);
		assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);

		for (String setting : List.of("LeaveOnTerm", "SkipLeaveOnInt")) {
			this.consul.changeNext("GET /v1/agent/self",
					(body) -> asClient(body, setting.equals("LeaveOnTerm"), setting.equals("LeaveOnTerm")));
			backend.open(ConsulFixture.TTL);
			assertThat(backend.guarantees().level()).as(setting).isEqualTo(Guarantees.Level.BEST_EFFORT);
		}
		this.consul.changeNext("GET /v1/agent/self", (body) -> asClient(body, false, true));
		backend.open(ConsulFixture.TTL);
		assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
		this.consul.answerNext("GET /v1/agent/self", 403, "Permission denied");
		backend.open(ConsulFixture.TTL);
		assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
	}

	@Test
	void unreachableServerIsUnavailable() {
		ConsulBackend backend = this.fixture.backend(FreePorts.take());

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(ConsulFixture.TTL));
	}

	/** The answer to an attempt with nothing but what it wrote. */
	private static String withoutList(String body) {
		int list = body.indexOf(",{\"KV\":");
		assertThat(list).isPositive();
		return body.substring(0, list) + body.substring(body.indexOf("],\"Errors\""));
	}

	/** What the agent says of itself, as one that is no server would. */
	private static String asClient(String body, boolean leaveOnTerm, boolean skipLeaveOnInt) {
		String client = body.replaceAll("\"Server\":\\s*true", "\"Server\":false")
			.replaceAll("\"LeaveOnTerm\":\\s*\\w+", "\"LeaveOnTerm\":" + leaveOnTerm)
			.replaceAll("\"SkipLeaveOnInt\":\\s*\\w+", "\"SkipLeaveOnInt\":" + skipLeaveOnInt);
		assertThat(client).contains("\"Server\":false", "\"LeaveOnTerm\":" + leaveOnTerm,
				"\"SkipLeaveOnInt\":" + skipLeaveOnInt);
		return client;
	}

	private Placement enqueue(BackendSession session) {
		return session.enqueue(this.queue, this.fixture.attempt(session), "x", bytes("v"), 9).orElseThrow();
	}

}
