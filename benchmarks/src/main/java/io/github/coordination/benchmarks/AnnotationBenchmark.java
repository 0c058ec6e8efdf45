package io.github.coordination.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.NamedLock;
import io.github.coordination.annotation.DistributedLock;

/**
 * What an annotation adds to the same lock taken by hand around the same call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class AnnotationBenchmark {

	private static final Duration WAIT = Duration.ofSeconds(5);

	private ConfigurableApplicationContext context;

	private Orders annotated;

	private final Orders plain = new Orders();

	private NamedLock lock;

	private Coordinator coordinator;

	/** Start the application. */
	@Setup
	public void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("coordination.url=local:benchmark")
			.run();
		this.annotated = this.context.getBean(Orders.class);
		this.coordinator = this.context.getBean(Coordinator.class);
		this.lock = this.coordinator.lock("orders");
	}

	/** Stop it. */
	@TearDown
	public void stop() {
		this.context.close();
	}

	/** A lock of one name, by hand. */
	@Benchmark
	public int byHand() throws InterruptedException {
		LockHandle held = this.lock.acquire(WAIT);
		try {
			return this.plain.ship(7);
		}
		finally {
			held.release();
		}
	}

	/** A lock of one name, by annotation. */
	@Benchmark
	public int byAnnotation() {
		return this.annotated.ship(7);
	}

	/** A lock whose name has a part from the arguments, by hand. */
	@Benchmark
	public int keyedByHand() throws InterruptedException {
		LockHandle held = this.coordinator.lock("order:" + 7).acquire(WAIT);
		try {
			return this.plain.shipOne(7);
		}
		finally {
			held.release();
		}
	}

	/** A lock whose name has a part from the arguments, by annotation. */
	@Benchmark
	public int keyedByAnnotation() {
		return this.annotated.shipOne(7);
	}

	/**
	 * The annotated bean.
	 */
	public static class Orders {

		private int shipped;

		/** One lock for all. */
		@DistributedLock(name = "orders")
		public int ship(int id) {
			this.shipped += id;
			return this.shipped;
		}

		/** A lock for each. */
		@DistributedLock(name = "order", key = "#id")
		public int shipOne(int id) {
			this.shipped += id;
			return this.shipped;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Orders orders() {
			return new Orders();
		}

	}

}
