package io.github.coordination.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SimulationTests {

	private final List<String> ran = new ArrayList<>();

	@Test
	void nothingRunsUntilItIsTold() {
		Simulation simulation = Simulation.inOrder();
		Environment process = simulation.newEnvironment();
		process.callbacks().execute(() -> this.ran.add("callback"));
		process.heart().execute(() -> this.ran.add("renewal"));
		process.timer().schedule(Duration.ZERO, () -> this.ran.add("timer"));
		assertThat(this.ran).isEmpty();

		simulation.runUntilIdle();

		assertThat(this.ran).containsExactly("callback", "renewal", "timer");
	}

	@Test
	void tasksRunInTheOrderOfAllProcesses() {
		Simulation simulation = Simulation.inOrder();
		Environment one = simulation.newEnvironment();
		Environment two = simulation.newEnvironment();
		one.heart().execute(() -> this.ran.add("1"));
		one.heart().execute(() -> this.ran.add("2"));
		two.callbacks().execute(() -> this.ran.add("3"));
		one.callbacks().execute(() -> this.ran.add("4"));
		two.heart().execute(() -> this.ran.add("5"));

		simulation.runUntilIdle();

		assertThat(this.ran).containsExactly("1", "2", "3", "4", "5");
	}

	@Test
	void whatTasksHandOverRunsToo() {
		Simulation simulation = Simulation.inOrder();
		Environment process = simulation.newEnvironment();
		process.callbacks()
			.execute(() -> process.timer()
				.schedule(Duration.ZERO, () -> process.heart().execute(() -> this.ran.add("last"))));

		simulation.runUntilIdle();

		assertThat(this.ran).containsExactly("last");
	}

	@Test
	void everyMomentIsRunToItsEndBeforeTheNext() {
		Simulation simulation = Simulation.inOrder();
		Environment process = simulation.newEnvironment();
		long start = simulation.time().nanoTime();
		for (int second = 1; second <= 3; second++) {
			process.timer()
				.schedule(Duration.ofSeconds(second),
						() -> process.callbacks()
							.execute(() -> this.ran
								.add("at " + Duration.ofNanos(simulation.time().nanoTime() - start).toSeconds())));
		}

		simulation.advance(Duration.ofSeconds(2));

		assertThat(this.ran).containsExactly("at 1", "at 2");
		assertThat(simulation.time().nanoTime() - start).isEqualTo(Duration.ofSeconds(2).toNanos());
	}

	@Test
	void sameSeedGivesTheSameOrderAndTheSameIds() {
		assertThat(history(7)).isEqualTo(history(7));
	}

	@Test
	void seedsGiveDifferentOrders() {
		Set<List<String>> histories = new HashSet<>();
		for (int seed = 0; seed < 20; seed++) {
			histories.add(history(seed).subList(0, 10));
		}

		assertThat(histories).hasSizeGreaterThan(15);
	}

	@Test
	void renewalsOfAProcessStayInOrder() {
		for (int seed = 0; seed < 50; seed++) {
			assertThat(history(seed)).containsSubsequence("renewal 0", "renewal 1", "renewal 2", "renewal 3",
					"renewal 4");
		}
	}

	@Test
	void processesHaveDifferentIds() {
		Simulation simulation = Simulation.shuffled(1);

		assertThat(simulation.newEnvironment().newId()).isNotEqualTo(simulation.newEnvironment().newId());
	}

	@Test
	void endlessWorkIsReported() {
		Simulation simulation = Simulation.inOrder();
		Environment process = simulation.newEnvironment();
		Runnable endless = new Runnable() {

			@Override
			public void run() {
				process.callbacks().execute(this);
			}

		};
		endless.run();

		assertThatIllegalStateException().isThrownBy(simulation::runUntilIdle).withMessageContaining("without end");
	}

	@Test
	void failingTaskIsThrownAndThoseBehindItWait() {
		Simulation simulation = Simulation.inOrder();
		Environment process = simulation.newEnvironment();
		process.callbacks().execute(() -> {
			throw new IllegalStateException("a task fails");
		});
		process.callbacks().execute(() -> this.ran.add("next"));

		assertThatIllegalStateException().isThrownBy(simulation::runUntilIdle).withMessage("a task fails");
		assertThat(this.ran).isEmpty();
		simulation.runUntilIdle();

		assertThat(this.ran).containsExactly("next");
	}

	private static List<String> history(long seed) {
		List<String> history = new ArrayList<>();
		Simulation simulation = Simulation.shuffled(seed);
		Environment process = simulation.newEnvironment();
		for (int i = 0; i < 5; i++) {
			int number = i;
			process.callbacks().execute(() -> history.add("callback " + number));
			process.heart().execute(() -> history.add("renewal " + number));
		}
		simulation.runUntilIdle();
		history.add(process.newId());
		return history;
	}

}
