package io.github.coordination.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;

import io.github.coordination.sample.Audit.FileProgress;
import io.github.coordination.sample.Audit.Totals;
import io.github.coordination.sample.Status.Instance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for whole instances in this JVM.
 */
class PaymentsApplicationTests {

	private static final int PAYMENTS = 200;

	@TempDir
	private Path folder;

	private Path file;

	@BeforeEach
	void writeFile() throws Exception {
		StringBuilder content = new StringBuilder();
		for (int number = 0; number < PAYMENTS; number++) {
			content.append("P").append(number).append((number % 2 == 0) ? ",a,b," : ",b,a,").append("10\n");
		}
		this.file = Files.writeString(this.folder.resolve("shipped.csv"), content);
	}

	@Test
	void secondInstanceJoinsByItselfOnAnotherPort() {
		try (ConfigurableApplicationContext first = start("--server.port=0")) {
			int port = port(first);
			try (ConfigurableApplicationContext second = start("--server.port=" + port)) {
				assertThat(port(second)).isGreaterThan(port);
				awaitStatus(first, (status) -> {
					assertThat(status.files())
						.containsExactly(new FileProgress("shipped.csv", PAYMENTS, 0, 0, PAYMENTS));
					assertThat(status.instances()).hasSize(2).allMatch(Instance::alive);
				});

				Status status = status(second);
				assertThat(status.safe()).isTrue();
				assertThat(status.totals()).isEqualTo(new Totals(2, 2_000_000, 2_000_000, 0));
				assertThat(status.instances()).extracting(Instance::leader).containsExactly(true, false);
				assertThat(status.instances()).extracting(Instance::url).containsExactly(url(first), url(second));
				assertThat(status.instances()).extracting(Instance::slots)
					.satisfies((slots) -> assertThat(slots.stream().mapToInt(Integer::intValue).sum()).isEqualTo(256));
			}
			awaitStatus(first, (status) -> assertThat(status.instances().stream().filter(Instance::alive)).hasSize(1));
		}
	}

	@Test
	void unsafeInstanceLosesCentsAndSaysSo() {
		try (ConfigurableApplicationContext context = start("--unsafe", "--server.port=0")) {
			awaitStatus(context,
					(status) -> assertThat(status.files()).extracting(FileProgress::posted).containsExactly(PAYMENTS));

			assertThat(status(context).safe()).isFalse();
			assertThat(status(context).totals().wrongAccounts()).isPositive();
		}
	}

	@Test
	void servesThePage() {
		try (ConfigurableApplicationContext context = start("--server.port=0")) {
			assertThat(RestClient.create(url(context)).get().retrieve().body(String.class)).contains("<title>Payments");
		}
	}

	private ConfigurableApplicationContext start(String... arguments) {
		List<String> all = new ArrayList<>(
				List.of("--payments.home=" + this.folder.resolve("home"), "--payments.shipped-file=file:" + this.file));
		all.addAll(List.of(arguments));
		return PaymentsApplication.start(all.toArray(String[]::new));
	}

	private static void awaitStatus(ConfigurableApplicationContext context, Consumer<Status> assertion) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertion.accept(status(context)));
	}

	private static Status status(ConfigurableApplicationContext context) {
		return RestClient.create(url(context)).get().uri("status").retrieve().requiredBody(Status.class);
	}

	private static String url(ConfigurableApplicationContext context) {
		return "http://127.0.0.1:" + port(context) + "/";
	}

	private static int port(ConfigurableApplicationContext context) {
		Environment environment = context.getEnvironment();
		return environment.getRequiredProperty("local.server.port", Integer.class);
	}

}
