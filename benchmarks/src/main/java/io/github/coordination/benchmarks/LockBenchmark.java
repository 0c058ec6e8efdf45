package io.github.coordination.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.github.coordination.Coordinator;
import io.github.coordination.NamedLock;

/**
 * An uncontended lock taken and given back, through the same store contract on every
 * backend. Run with {@code -prof gc} for the bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class LockBenchmark {

	private static final Duration WAIT = Duration.ofSeconds(5);

	/** Which backend. */
	@Param({ "local", "file" })
	String backend = "local";

	private Coordinator coordinator;

	private NamedLock lock;

	/** Connect. */
	@Setup
	public void connect() throws IOException {
		Path directory = Files.createTempDirectory("coordination-benchmark").resolve("store");
		this.coordinator = Coordinator
			.connect(this.backend.equals("file") ? "file:" + directory : this.backend + ":benchmark");
		this.lock = this.coordinator.lock("benchmark");
	}

	/** Disconnect. */
	@TearDown
	public void close() {
		this.coordinator.close();
	}

	/** Ask once. */
	@Benchmark
	public boolean tryAcquireAndRelease() {
		return this.lock.tryAcquire().orElseThrow().release();
	}

	/** Be ready to wait. */
	@Benchmark
	public boolean acquireAndRelease() throws InterruptedException {
		return this.lock.acquire(WAIT).release();
	}

}
