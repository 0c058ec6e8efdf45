package io.github.coordination.ring;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HashRing}, among them the behaviours of tooz's own tests.
 */
class HashRingTests {

	private static final byte[] RAW = { 'Z', (byte) 0xe2, (byte) 0xfa, (byte) 0x90, 0x17, 'E', 'C', (byte) 0xac };

	@Test
	void everyNodeStandsAtThirtyTwoPositions() {
		HashRing ring = ring("foo", "bar");

		assertThat(ring.weights()).containsOnlyKeys("foo", "bar");
		assertThat(ring.positions()).isEqualTo(64);
	}

	@Test
	void unknownAlgorithmIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> HashRing.empty(32, "fold twice and leave to dry"))
			.withMessageContaining("'fold twice and leave to dry' is not supported")
			.withMessageContaining("use MD5 or SHA-256");
	}

	@Test
	void algorithmMayBeWrittenInSmallLetters() {
		HashRing ring = HashRing.empty(32, "sha-256").withNodes(weights("node1", "node2", "node3"));

		assertThat(ring.owner("obj-1")).contains("node3");
	}

	@Test
	void addedNodesStandOnTheRing() {
		HashRing ring = ring("foo", "bar");

		assertThat(ring.withNode("baz", 1).weights()).containsOnlyKeys("foo", "bar", "baz");
		assertThat(ring.withNode("baz", 1).positions()).isEqualTo(96);
		assertThat(ring.withNode("raw", 1, RAW).weights()).containsOnlyKeys("foo", "bar", "raw");
		assertThat(ring.withNode("raw", 1, RAW).positions()).isEqualTo(96);
		assertThat(ring.withNode("\u0634\u0628\u06a9\u0647", 1).weights()).containsKey("\u0634\u0628\u06a9\u0647");
		assertThat(ring.withNode("\u0634\u0628\u06a9\u0647", 1).positions()).isEqualTo(96);
		assertThat(ring.positions()).isEqualTo(64);
	}

	@Test
	void removedNodesLeaveTheRing() {
		HashRing ring = ring("foo", "bar", "\u0634\u0628\u06a9\u0647").withNode("raw", 1, RAW);

		assertThat(ring.withoutNode("bar").weights()).containsOnlyKeys("foo", "\u0634\u0628\u06a9\u0647", "raw");
		assertThat(ring.withoutNode("raw").weights()).containsOnlyKeys("foo", "bar", "\u0634\u0628\u06a9\u0647");
		assertThat(ring.withoutNode("raw").withoutNode("bar").withoutNode("\u0634\u0628\u06a9\u0647").positions())
			.isEqualTo(32);
	}

	@Test
	void weightMultipliesPositions() {
		HashRing ring = ring("foo", "bar");

		assertThat(ring.withNode("baz", 10).positions()).isEqualTo(32 * 12);
		assertThat(ring.withNodes(Map.of("baz", 10, "baz2", 10)).positions()).isEqualTo(32 * 22);
		assertThat(ring.withNode("baz", 10).weights()).isEqualTo(Map.of("foo", 1, "bar", 1, "baz", 10));
	}

	@Test
	void removalOfAnUnknownNodeChangesNothing() {
		HashRing ring = ring("foo", "bar");

		assertThat(ring.withoutNode("biz")).isSameAs(ring);
	}

	@Test
	void nodeCanBeAddedAndAnotherRemoved() {
		HashRing ring = ring("foo", "bar").withNode("baz", 1).withoutNode("bar");

		assertThat(ring.weights()).containsOnlyKeys("foo", "baz");
		assertThat(ring.positions()).isEqualTo(64);
	}

	@Test
	void replicasAreAsManyDistinctNodesAsWanted() {
		HashRing ring = ring("foo", "bar", "baz");

		assertThat(ring.owners("fake", 0)).isEmpty();
		assertThat(ring.owners("fake", 1)).hasSize(1).isNotEqualTo(ring.owners("fake-again", 1));
		assertThat(ring.owners("fake", 2)).hasSize(2).doesNotHaveDuplicates();
		assertThat(ring.owners("fake-again", 2)).hasSize(2).doesNotHaveDuplicates();
		assertThat(ring.owners("fake", 3)).containsExactlyInAnyOrder("foo", "bar", "baz");
		assertThat(ring.owners("fake-again", 3)).containsExactlyInAnyOrder("foo", "bar", "baz");
	}

	@Test
	void ignoredNodesAreNeverReturned() {
		HashRing ring = ring("foo", "bar", "baz");

		assertThat(ring.owners("fake", 3, Set.of("foo"))).containsExactlyInAnyOrder("bar", "baz");
		assertThat(ring.owners("fake", 1, Set.of("foo", "bar"))).containsExactly("baz");
		assertThat(ring.owners("fake", 1, Set.of("foo", "bar", "baz"))).isEmpty();
		assertThat(ring.owners("fake", 3, Set.of("nobody"))).isEqualTo(ring.owners("fake", 3));
	}

	@Test
	void joiningNodeTakesLessThanItsShareAndNothingMovesElsewhere() {
		HashRing before = ring("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

		HashRing after = before.withNode("new", 1);

		List<String> moved = keys().filter((key) -> !before.owner(key).equals(after.owner(key))).toList();
		assertThat(moved).hasSizeBetween(1, 10_000 / 10 - 1)
			.allSatisfy((key) -> assertThat(after.owner(key)).contains("new"));
	}

	@Test
	void leavingNodeGivesUpLessThanItsShareAndNothingElseMoves() {
		HashRing before = ring("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

		HashRing after = before.withoutNode("9");

		List<String> moved = keys().filter((key) -> !before.owner(key).equals(after.owner(key))).toList();
		assertThat(moved).hasSizeBetween(1, 10_000 / 9)
			.allSatisfy((key) -> assertThat(before.owner(key)).contains("9"));
	}

	@Test
	void anotherWeightReplacesAllPositions() {
		HashRing ring = ring("foo", "bar").withNode("bar", 10).withNode("bar", 2);

		assertThat(ring.weights()).containsEntry("bar", 2);
		assertThat(ring.positions()).isEqualTo(96);
		assertThat(ring.withoutNode("bar").positions()).isEqualTo(32);
		assertThat(keys()).allSatisfy((key) -> assertThat(ring.withoutNode("bar").owner(key)).contains("foo"));
	}

	@Test
	void emptyRingHasNoOwner() {
		assertThat(ring().owner("fake")).isEmpty();
		assertThat(ring().owner(new byte[1])).isNull();
		assertThat(ring("foo").withoutNode("foo").owner("fake")).isEmpty();
	}

	@Test
	void laterChangeOfTheKeyArrayDoesNotReachTheRing() {
		byte[] key = { 'a' };
		HashRing ring = ring().withNode("standby", 1, key);

		key[0] = 0;

		assertThat(ring.withNode("a", 1).owners("fake", 2)).containsExactly("a", "standby");
	}

	@Test
	void meaninglessNumbersAreRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> ring().withNode("foo", 0))
			.withMessage("Weight 0 of node 'foo' is not allowed; use at least 1");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> HashRing.of(Map.of("foo", -1)))
			.withMessageContaining("Weight -1");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> HashRing.empty(0, "MD5"))
			.withMessage("0 partitions are not allowed; use at least 1");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> ring("foo").owners("fake", -1))
			.withMessage("-1 replicas are not allowed; use at least 0");
	}

	@Test
	void absurdWeightIsRefusedBeforeItFillsTheMemory() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> ring().withNode("foo", Integer.MAX_VALUE))
			.withMessageContaining("'foo'")
			.withMessageContaining("68719476704 positions");
	}

	@Test
	void threadsMayReadTheSameRing() throws Exception {
		HashRing ring = ring("foo", "bar", "baz");
		List<String> expected = keys().map((key) -> ring.owner(key).orElseThrow()).toList();
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			Callable<List<String>> reader = () -> keys().map((key) -> ring.owner(key).orElseThrow()).toList();

			List<Future<List<String>>> results = executor.invokeAll(List.of(reader, reader, reader, reader));

			for (Future<List<String>> result : results) {
				assertThat(result.get()).isEqualTo(expected);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static Stream<String> keys() {
		return IntStream.range(0, 10_000).mapToObj(Integer::toString);
	}

	private static HashRing ring(String... nodes) {
		return HashRing.of(weights(nodes));
	}

	private static Map<String, Integer> weights(String... nodes) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		Arrays.asList(nodes).forEach((node) -> weights.put(node, 1));
		return weights;
	}

}
