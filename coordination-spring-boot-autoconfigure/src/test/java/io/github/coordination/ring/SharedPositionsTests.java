package io.github.coordination.ring;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for nodes whose names repeat each other, which therefore share positions.
 */
class SharedPositionsTests {

	private static final List<String> NAMES = List.of("1", "11", "111", "1111", "ab", "abab", "", "\u00e9", "z");

	@Test
	void smallerKeyOwnsASharedPositionUntilItIsRemoved() {
		RingNode one = node("1");
		RingNode eleven = node("11");
		Position shared = eleven.positions(RingHash.MD5, 1)[0];
		List<Position> added = new ArrayList<>(List.of(eleven.positions(RingHash.MD5, 32)));
		added.addAll(List.of(one.positions(RingHash.MD5, 32)));

		SortedPositions both = SortedPositions.NONE.change(Set.of(), added);
		SortedPositions rest = both.change(Set.of(one), List.of());

		int index = both.after(shared.high(), shared.low() - 1);
		assertThat(both.node(index)).isSameAs(one);
		assertThat(both.node(index + 1)).isSameAs(eleven);
		assertThat(both.after(shared.high(), shared.low())).isEqualTo(index + 2);
		assertThat(rest.node(rest.after(shared.high(), shared.low() - 1))).isSameAs(eleven);
	}

	@Test
	void keysAreOrderedAsUnsignedBytesAndThenByName() {
		assertThat(node("z")).isLessThan(node("\u00e9"));
		assertThat(new RingNode("b", 1, new byte[1])).isGreaterThan(new RingNode("a", 1, new byte[1]));
	}

	@Test
	void positionsAreOrderedAsUnsignedNumbers() {
		RingNode node = node("z");

		assertThat(List.of(new Position(-1, 0, node), new Position(1, -1, node), new Position(1, 1, node))
			.stream()
			.sorted()).containsExactly(new Position(1, 1, node), new Position(1, -1, node), new Position(-1, 0, node));
	}

	@Test
	void nodesOfTheSameKeyStandInForEachOther() {
		HashRing ring = HashRing.of(Map.of("a", 1, "b", 1)).withNode("standby", 1, new byte[] { 'a' });

		assertThat(ring.owners("obj-0", 3)).containsSubsequence("a", "standby");
		assertThat(ring.withoutNode("a").owners("obj-0", 2))
			.containsExactlyElementsOf(ring.owners("obj-0", 3, Set.of("a")));
	}

	@Test
	void everyHistoryEndsInTheRingOfItsNodes() throws Exception {
		Random random = new Random(42);
		HashRing ring = HashRing.of(Map.of());
		Map<String, Integer> weights = new TreeMap<>();
		for (int step = 0; step < 120; step++) {
			String name = NAMES.get(random.nextInt(NAMES.size()));
			if (random.nextInt(3) == 0) {
				ring = ring.withoutNode(name);
				weights.remove(name);
			}
			else {
				int weight = 1 + random.nextInt(3);
				ring = ring.withNode(name, weight);
				weights.put(name, weight);
			}

			assertThat(ring.weights()).isEqualTo(weights);
			assertThat(ring.positions()).isEqualTo(32 * weights.values().stream().mapToInt(Integer::intValue).sum());
			assertSameAnswers(ring, weights, "step-" + step);
		}
	}

	private static void assertSameAnswers(HashRing ring, Map<String, Integer> weights, String salt) throws Exception {
		NavigableMap<BigInteger, Set<String>> model = model(weights);
		Set<String> ignored = Set.of("1", "ab");
		for (int i = 0; i < 20; i++) {
			String key = salt + "/" + i;

			assertThat(ring.owner(key).stream()).containsExactlyElementsOf(walk(model, key, 1, Set.of()));
			assertThat(ring.owners(key, 3)).containsExactlyElementsOf(walk(model, key, 3, Set.of()));
			assertThat(ring.owners(key, 3, ignored)).containsExactlyElementsOf(walk(model, key, 3, ignored))
				.containsExactlyElementsOf(ring.withoutNode("1").withoutNode("ab").owners(key, 3));
		}
	}

	private static NavigableMap<BigInteger, Set<String>> model(Map<String, Integer> weights)
			throws GeneralSecurityException {
		List<String> names = new ArrayList<>(weights.keySet());
		names.sort((one, other) -> Arrays.compareUnsigned(bytes(one), bytes(other)));
		NavigableMap<BigInteger, Set<String>> model = new TreeMap<>();
		for (String name : names) {
			for (int r = 0; r < 32 * weights.get(name); r++) {
				model.computeIfAbsent(hash(name.repeat(r + 2)), (position) -> new LinkedHashSet<>()).add(name);
			}
		}
		return model;
	}

	private static List<String> walk(NavigableMap<BigInteger, Set<String>> model, String key, int replicas,
			Set<String> ignored) throws GeneralSecurityException {
		Set<String> nodes = new LinkedHashSet<>();
		model.tailMap(hash(key), false).values().forEach(nodes::addAll);
		model.values().forEach(nodes::addAll);
		return nodes.stream().filter((node) -> !ignored.contains(node)).limit(replicas).toList();
	}

	private static BigInteger hash(String text) throws GeneralSecurityException {
		return new BigInteger(1, MessageDigest.getInstance("MD5").digest(bytes(text)));
	}

	private static RingNode node(String name) {
		return new RingNode(name, 1, bytes(name));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
