package io.github.coordination.docs.start;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.StringUtils;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs what the page on getting started shows.
 */
@ExtendWith(OutputCaptureExtension.class)
class BillingTests {

	@TempDir
	private Path directory;

	@Test
	@SuppressWarnings("NullAway") // the token is filled in
	void theOtherProcessLeadsWhenTheFirstHasStopped(CapturedOutput output) {
		ConfigurableApplicationContext first = start();
		Awaitility.await()
			.until(() -> StringUtils.countOccurrencesOf(output.toString(), "leading billing in term") == 1);
		try (ConfigurableApplicationContext second = start()) {
			Awaitility.await().until(() -> output.toString().contains("sending invoices"));
			assertThat(leads(first)).isTrue();
			assertThat(leads(second)).isFalse();

			first.close();

			Awaitility.await().until(() -> leads(second));
			Awaitility.await()
				.until(() -> StringUtils.countOccurrencesOf(output.toString(), "leading billing in term") == 2);
			assertThat(output).contains("no longer leading billing")
				.contains("Coordinating through file:")
				.contains("guarantees SINGLE");

			second.getBean(Billing.class).send("4711", null);
			assertThat(output).containsPattern("sending invoice 4711 under token \\d+");
		}
		finally {
			first.close();
		}
	}

	@Test
	@Timeout(60)
	void runsWithoutSpring() throws InterruptedException {
		List<String> lines = new CopyOnWriteArrayList<>();

		PlainBilling.run("file:" + this.directory, new PlainBilling.Work() {

			@Override
			public void log(String line) {
				lines.add(line.replaceAll("\\d+", "n"));
			}

			@Override
			public void send(String id, FencingToken token) {
				lines.add("sent " + id);
			}

			@Override
			public boolean goesOn() {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
				return !lines.contains("billed") || !lines.contains("leading in term n");
			}

			@Override
			public void bill() {
				lines.add("billed");
			}

		});

		assertThat(lines).contains("sent 4711", "billed", "leading in term n");
	}

	private static boolean leads(ConfigurableApplicationContext context) {
		return context.getBean(Coordinator.class).election("billing").isLeader();
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(BillingApplication.class).web(WebApplicationType.NONE)
			.run("--coordination.url=file:" + this.directory, "--spring.application.name=billing");
	}

}
