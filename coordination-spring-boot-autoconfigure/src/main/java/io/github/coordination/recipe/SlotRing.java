package io.github.coordination.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.coordination.ring.HashRing;
import io.github.coordination.spi.Entry;

/**
 * Who should own which slot of a group: the same for everybody who sees the same members.
 */
final class SlotRing {

	private static final String WEIGHT = "weight";

	/** More would let one member's metadata exhaust everybody's memory. */
	private static final int MAX_WEIGHT = 100;

	private final String group;

	private final int slots;

	private volatile HashRing ring = HashRing.of(Map.of());

	SlotRing(String group, int slots) {
		this.group = group;
		this.slots = slots;
	}

	int slots() {
		return this.slots;
	}

	/** See who is in the group. */
	void see(List<Entry> members) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		for (Entry entry : members) {
			MemberCodec.decode(entry).ifPresent((member) -> weights.put(member.id(), weight(member.metadata())));
		}
		if (!weights.equals(this.ring.weights())) {
			this.ring = HashRing.of(weights);
		}
	}

	int slotOf(String key) {
		// String.hashCode is specified, so it is the same everywhere; the rest spreads it
		// (finalizer of MurmurHash3 by Austin Appleby)
		int hash = key.hashCode();
		hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
		return Integer.remainderUnsigned(hash ^ (hash >>> 16), this.slots);
	}

	Optional<String> owner(int slot) {
		return this.ring.owner(ringKey(slot));
	}

	Set<String> owners(int slot, int replicas) {
		return this.ring.owners(ringKey(slot), replicas);
	}

	boolean shouldOwn(String member, int slot) {
		return owner(slot).filter(member::equals).isPresent();
	}

	private String ringKey(int slot) {
		return this.group + '/' + slot;
	}

	private static int weight(Map<String, String> metadata) {
		try {
			return Math.max(1, Math.min(Integer.parseInt(metadata.getOrDefault(WEIGHT, "1").strip()), MAX_WEIGHT));
		}
		catch (NumberFormatException ex) {
			return 1;
		}
	}

}
