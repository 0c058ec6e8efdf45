package io.github.coordination.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers computed with {@code tooz.hashring} itself, which the ring must reproduce.
 */
class ToozVectorsTests {

	@Test
	void keyAboveTheTopPositionWrapsAround() {
		HashRing ring = ring("foo", "bar", "baz");

		assertThat(ring.owner("fake")).contains("foo");
		assertThat(ring.owner("fake-again")).contains("bar");
		assertThat(hexPositions(32, "foo", "bar", "baz")).endsWith("ff92162db1cd24a51a8a5fb22d35d145");
		assertThat(HexFormat.of().formatHex(RingHash.MD5.digest(bytes("w83")).array()))
			.isEqualTo("ff9992360614f6754ca68d06a620ac0c");
		assertThat(ring.owner("w83")).contains("bar");
	}

	@Test
	void replicasAreTheNextDistinctNodes() {
		HashRing ring = ring("node1", "node2", "node3");

		assertThat(ring.owner("foo")).contains("node2");
		assertThat(ring.owners("foo", 2)).containsExactly("node2", "node3");
		assertThat(ring.owners("foo", 2, Set.of("node2"))).containsExactlyInAnyOrder("node1", "node3");
		assertThat(ring.owners("foo", 5)).containsExactlyInAnyOrder("node1", "node2", "node3");
	}

	@Test
	void equalNodesShareTenThousandKeysAsInTooz() {
		HashRing ring = ring("n0", "n1", "n2", "n3", "n4");

		assertThat(owners(ring, 10)).containsExactly("n3", "n4", "n0", "n1", "n3", "n0", "n2", "n4", "n3", "n1");
		assertThat(counts(ring, 10_000)).isEqualTo(Map.of("n0", 2014, "n1", 1786, "n2", 1571, "n3", 2339, "n4", 2290));
	}

	@Test
	void singlePartitionGivesOnePositionToEachNode() {
		HashRing ring = HashRing.empty(1, "MD5").withNodes(weights("n0", "n1", "n2"));

		assertThat(hexPositions(1, "n1", "n2", "n0")).containsExactly("10be10844f9c3c7a197a6adb759acba0",
				"39d25c0ce5a0ad584a0a23810dfc8d81", "f5bf74f9c39b72cc80de74c20f9b7354");
		assertThat(owners(ring, 10)).containsExactly("n1", "n0", "n2", "n1", "n0", "n1", "n0", "n1", "n0", "n2");
	}

	@Test
	void weightsShareSixThousandKeysAsInTooz() {
		HashRing ring = HashRing.of(Map.of("a-small", 1, "b-mid", 2, "c-big", 3));

		assertThat(ring.positions()).isEqualTo(192);
		assertThat(owners(ring, 10)).containsExactly("c-big", "c-big", "a-small", "c-big", "b-mid", "c-big", "b-mid",
				"c-big", "a-small", "a-small");
		assertThat(counts(ring, 6000)).isEqualTo(Map.of("a-small", 1040, "b-mid", 1880, "c-big", 3080));
	}

	@Test
	void keysMayBeRawBytesOrAnyText() {
		String text = "\u0634\u0628\u06a9\u0647";
		HashRing ring = ring("foo", text).withNode("raw", 1,
				HexFormat.of().parseHex("5ae2fa90174543acae88a75ba17d3a45"));

		assertThat(ring.owner("fake")).contains(text);
		assertThat(ring.owner("fake-again")).contains(text);
		assertThat(ring.owner("\u0447\u0443\u043f\u0430\u043a\u0430\u0431\u0440\u0430")).contains("raw");
		assertThat(ring.owner("")).contains("foo");
		assertThat(ring.owner(new byte[0])).isEqualTo("foo");
	}

	@Test
	void manyPartitionsGiveTheSameReplicas() {
		HashRing ring = HashRing.empty(128, "MD5").withNodes(weights("node1", "node2", "node3", "node4"));

		assertThat(ring.positions()).isEqualTo(512);
		assertThat(ring.owners("obj-0", 2)).containsExactlyInAnyOrder("node1", "node3");
		assertThat(ring.owners("obj-1", 2)).containsExactlyInAnyOrder("node1", "node4");
		assertThat(ring.owners("obj-2", 2)).containsExactlyInAnyOrder("node1", "node2");
		assertThat(ring.owners("obj-3", 2)).containsExactlyInAnyOrder("node2", "node3");
		assertThat(ring.owners("obj-4", 2)).containsExactlyInAnyOrder("node2", "node3");
	}

	@Test
	void sha256GivesTheSameOwners() {
		HashRing ring = HashRing.empty(32, "SHA-256").withNodes(weights("node1", "node2", "node3"));

		assertThat(owners(ring, 10)).containsExactly("node1", "node3", "node1", "node2", "node1", "node1", "node1",
				"node1", "node1", "node1");
		assertThat(ring.owner("foo")).contains("node2");
		assertThat(ring.owners("foo", 2)).containsExactlyInAnyOrder("node1", "node2");
	}

	@Test
	void removalMovesOnlyTheKeysOfTheRemovedNode() {
		HashRing before = ring("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9");

		HashRing after = before.withoutNode("n3");

		assertThat(owners(before, 10)).containsExactly("n3", "n7", "n0", "n1", "n3", "n0", "n9", "n4", "n8", "n1");
		assertThat(owners(after, 10)).containsExactly("n0", "n7", "n0", "n1", "n1", "n0", "n9", "n4", "n8", "n1");
	}

	@Test
	void ignoredNodesArePassedOver() {
		HashRing ring = ring("foo", "bar", "baz");

		assertThat(ring.owners("fake", 1, Set.of("foo"))).containsExactly("bar");
		assertThat(ring.owners("fake", 1, Set.of("foo", "bar"))).containsExactly("baz");
		assertThat(ring.owners("fake", 1, Set.of("foo", "bar", "baz"))).isEmpty();
		assertThat(ring().owners("fake", 1)).isEmpty();
		assertThat(ring("foo", "bar").owners("fake", 1, Set.of("baz"))).containsExactly("foo");
	}

	@Test
	void firstPositionIsTheDigestOfTheKeyTwice() {
		assertThat(hexPositions(1, "node1")).containsExactly("9932f6d3a67f65e538d7ae56541a85da");
		assertThat(hexPositions(32, "node1")).startsWith("0a6229ab4ce0a012c652d972f6735eb7");
	}

	private static HashRing ring(String... nodes) {
		return HashRing.of(weights(nodes));
	}

	private static Map<String, Integer> weights(String... nodes) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		Arrays.asList(nodes).forEach((node) -> weights.put(node, 1));
		return weights;
	}

	private static List<String> owners(HashRing ring, int keys) {
		return IntStream.range(0, keys).mapToObj((i) -> ring.owner("obj-" + i).orElseThrow()).toList();
	}

	private static Map<String, Integer> counts(HashRing ring, int keys) {
		Map<String, Integer> counts = new TreeMap<>();
		owners(ring, keys).forEach((owner) -> counts.merge(owner, 1, Integer::sum));
		return counts;
	}

	private static List<String> hexPositions(int partitions, String... nodes) {
		List<Position> positions = new ArrayList<>();
		for (String node : nodes) {
			positions.addAll(List.of(new RingNode(node, 1, bytes(node)).positions(RingHash.MD5, partitions)));
		}
		return positions.stream()
			.sorted()
			.map((position) -> "%016x%016x".formatted(position.high(), position.low()))
			.toList();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
