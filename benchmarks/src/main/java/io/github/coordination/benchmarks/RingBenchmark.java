package io.github.coordination.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.github.coordination.ring.HashRing;

/**
 * Lookups in, and the making of, a ring of 1,000 nodes with 32 positions each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RingBenchmark {

	private static final int NODES = 1000;

	private static final int KEYS = 4096;

	private final Map<String, Integer> weights = new LinkedHashMap<>();

	private final String[] keys = new String[KEYS];

	private final byte[][] bytes = new byte[KEYS][];

	private final HashRing ring;

	private int next;

	/** Prepare nodes and keys. */
	public RingBenchmark() {
		for (int i = 0; i < NODES; i++) {
			this.weights.put("node-" + i, 1);
		}
		for (int i = 0; i < KEYS; i++) {
			this.keys[i] = "key-" + (i * 7919);
			this.bytes[i] = this.keys[i].getBytes(StandardCharsets.UTF_8);
		}
		this.ring = HashRing.of(this.weights);
	}

	/** Look a text up. */
	@Benchmark
	public Optional<String> ownerOfText() {
		return this.ring.owner(this.keys[this.next++ & (KEYS - 1)]);
	}

	/** Look bytes up. */
	@Benchmark
	public Object ownerOfBytes() {
		return this.ring.owner(this.bytes[this.next++ & (KEYS - 1)]);
	}

	/** Make the ring. */
	@Benchmark
	@OutputTimeUnit(TimeUnit.MILLISECONDS)
	public HashRing build() {
		return HashRing.of(this.weights);
	}

}
