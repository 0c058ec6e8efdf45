package io.github.coordination.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.sample.Audit.FileProgress;
import io.github.coordination.sample.Audit.Share;
import io.github.coordination.sample.Audit.Totals;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that nothing is lost and nothing happens twice while instances come and are
 * killed.
 */
class PaymentsKillTests {

	private static final int ACCOUNTS = 50;

	private final List<Payment> expected = new ArrayList<>();

	@Test
	void everyPaymentIsPostedOnceWhileInstancesAreKilled(@TempDir Path folder) throws Exception {
		try (Instances instances = new Instances(folder)) {
			for (String member : List.of("one", "two", "three")) {
				instances.start(member, "--payments.think-time=40ms");
			}
			await(60).until(() -> instances.working().size() == 3);
			String leader = instances.leader();
			String follower = others(leader).get(0);
			String survivor = others(leader).get(1);

			try (TestHome home = new TestHome(folder)) {
				home.drop("first.csv", fileOf(2_000));
				awaitPosted(home, 300);
				instances.kill(leader);
				assertThat(posted(home)).as("posted when the leader was killed").isLessThan(1_600);
				home.drop("second.csv", fileOf(500));
				instances.start("four", "--payments.think-time=40ms");

				awaitPosted(home, 900);
				instances.kill(follower);
				assertThat(posted(home)).as("posted when the follower was killed").isLessThan(2_000);

				await(60).until(() -> instances.working().equals(List.of(survivor, "four")));
				awaitPosted(home, 2_500);
				assertEverythingIsRight(home);
				assertThat(home.audit.shares()).extracting(Share::member).contains(leader, follower, survivor);
				assertThat(instances.leader()).isEqualTo(survivor);

				assertThat(instances.stop(survivor)).as("exit code after SIGTERM").isEqualTo(143);
				await(10).until(() -> instances.leader().equals("four"));
				assertThat(instances.members()).containsExactly("four");
			}
		}
	}

	private void assertEverythingIsRight(TestHome home) throws IOException {
		Map<String, Long> balances = new HashMap<>();
		for (Payment payment : this.expected) {
			balances.put(payment.from(), balances.getOrDefault(payment.from(), TestHome.OPENING) - payment.cents());
			balances.put(payment.to(), balances.getOrDefault(payment.to(), TestHome.OPENING) + payment.cents());
		}
		assertThat(home.posted()).containsExactlyInAnyOrderElementsOf(this.expected);
		assertThat(home.ledger.pending(0, 10)).isEmpty();
		assertThat(home.balances()).isEqualTo(balances);
		assertThat(home.audit.totals())
			.isEqualTo(new Totals(ACCOUNTS, ACCOUNTS * TestHome.OPENING, ACCOUNTS * TestHome.OPENING, 0));
		assertThat(home.audit.files()).containsExactly(new FileProgress("first.csv", 2_000, 1, 2, 2_000),
				new FileProgress("second.csv", 500, 1, 2, 500));
		for (String file : List.of("first.csv", "second.csv")) {
			assertThat(home.folders.rejects().resolve(file)).hasContent("""
					line,reason,content
					4,expected 4 fields but found 1,not a payment
					6,cents is not more than zero,%s-x,A1,A2,0
					""".formatted(file.equals("first.csv") ? "P0" : "P2000"));
			assertThat(home.folders.done().resolve(file)).exists();
		}
	}

	/** New payments, one of them twice, and two lines that are none. */
	private String fileOf(int payments) {
		Random random = new Random(payments);
		int start = this.expected.size();
		List<String> lines = new ArrayList<>(List.of("id,from,to,cents"));
		for (int number = start; number < start + payments; number++) {
			int from = random.nextInt(ACCOUNTS);
			int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
			Payment payment = new Payment("P" + number, "A" + from, "A" + to, 1 + random.nextInt(100_000));
			this.expected.add(payment);
			lines.add(String.join(",", payment.id(), payment.from(), payment.to(), String.valueOf(payment.cents())));
		}
		lines.add(3, "not a payment");
		lines.add(5, "P" + start + "-x,A1,A2,0");
		lines.add(lines.get(1));
		return String.join("\n", lines);
	}

	private static List<String> others(String leader) {
		return List.of("one", "two", "three").stream().filter((member) -> !member.equals(leader)).toList();
	}

	private static void awaitPosted(TestHome home, int count) {
		await(60).until(() -> posted(home) >= count);
	}

	private static int posted(TestHome home) {
		return home.audit.shares().stream().mapToInt(Share::posted).sum();
	}

	private static ConditionFactory await(int seconds) {
		return Awaitility.await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(50));
	}

}
