package io.github.coordination.backend.memcached;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.backend.memcached.Connection.Target;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How the server's address is found.
 */
@Tag("memcached")
@Timeout(60)
class ConnectionsTests {

	private final TestEnvironment environment = new TestEnvironment();

	private final MemcachedServer server = MemcachedServer.shared();

	@AfterEach
	void close() {
		this.environment.close();
	}

	@Test
	void nameThatIsNotResolvedInTimeEndsTheCallAndIsAskedForOnce() {
		AtomicInteger questions = new AtomicInteger();
		CountDownLatch answer = new CountDownLatch(1);
		try (Connections connections = connections((host) -> {
			questions.incrementAndGet();
			await(answer);
			return new InetAddress[] { InetAddress.getLoopbackAddress() };
		})) {
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(BackendUnavailableException.class)
					.isThrownBy(() -> ask(connections, Duration.ofMillis(100)))
					.withMessageContaining("not resolved in time");
			}
			assertThat(questions).hasValue(1);

			answer.countDown();

			assertThat(ask(connections, Duration.ofSeconds(30)).statistic("pid")).isPositive();
		}
	}

	@Test
	void nameThatIsUnknownIsUnavailable() {
		try (Connections connections = connections((host) -> {
			throw new UnknownHostException(host);
		})) {
			assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> ask(connections, Duration.ofSeconds(30)))
				.withMessageContaining("cannot be resolved")
				.withCauseInstanceOf(UnknownHostException.class);
		}
	}

	@Test
	void hostWithSeveralAddressesIsRefused() {
		for (String[] addresses : new String[][] { { "127.0.0.1", "127.0.0.2" }, { "::1", "::2", "127.0.0.1" } }) {
			try (Connections connections = connections((host) -> parse(addresses))) {
				assertThatExceptionOfType(ConfigurationException.class)
					.isThrownBy(() -> ask(connections, Duration.ofSeconds(30)))
					.withMessageContaining("several addresses");
			}
		}
	}

	@Test
	void oldAndNewAddressOfAHostAreOneServer() {
		try (Connections connections = connections((host) -> parse("127.0.0.1", "::1"))) {
			assertThat(ask(connections, Duration.ofSeconds(30)).statistic("pid")).isPositive();
		}
	}

	private Connections connections(Resolver.Lookup lookup) {
		return new Connections(new Target("cache.example", this.server.port(), "", null), 1,
				this.environment.environment(), lookup);
	}

	private Reply ask(Connections connections, Duration timeout) {
		return connections.ask(new Request().stats(), Deadline.after(this.environment.environment().clock(), timeout))
			.reply(0);
	}

	private static InetAddress[] parse(String... addresses) throws UnknownHostException {
		InetAddress[] parsed = new InetAddress[addresses.length];
		for (int i = 0; i < addresses.length; i++) {
			parsed[i] = InetAddress.getByName(addresses[i]);
		}
		return parsed;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
