package io.github.coordination.backend.consul;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.coordination.backend.consul.ConsulConnection.View;
import io.github.coordination.backend.consul.Keys.Pair;
import io.github.coordination.spi.Change;

/**
 * When each pair of the last view was created and changed, to tell what a newer view has
 * that it had not. For one thread at a time.
 */
final class Stamps {

	private Map<String, Stamp> stamps = new HashMap<>();

	/**
	 * Note a pair that was read by itself.
	 * @param index the index of the last view
	 * @return {@code false} if that view is newer and lacks it: it was gone by then
	 */
	boolean note(Pair pair, long index) {
		if (this.stamps.putIfAbsent(pair.key(), Stamp.UNSEEN) != null || pair.createIndex() > index) {
			return true;
		}
		this.stamps.remove(pair.key());
		return false;
	}

	/** The keys in which a view differs from the last one. */
	Set<String> changed(View view) {
		Set<String> changed = new HashSet<>(this.stamps.keySet());
		for (Pair pair : view.pairs()) {
			Stamp known = this.stamps.get(pair.key());
			if (known == null) {
				changed.add(pair.key());
			}
			else if (known.createIndex == pair.createIndex() && known.modifyIndex == pair.modifyIndex()) {
				changed.remove(pair.key());
			}
		}
		return changed;
	}

	/** How a key changed. A pair that was in no view yet may be newer than this one. */
	Change named(String key, View view) {
		String id = Keys.id(key);
		if (id == null) {
			return Change.UNKNOWN;
		}
		if (view.pairs().stream().anyMatch((pair) -> pair.key().equals(key))) {
			return Change.written(id);
		}
		return Stamp.UNSEEN.equals(this.stamps.get(key)) ? Change.UNKNOWN : Change.removed(id);
	}

	/** Take a view for the last one. */
	void adopt(View view) {
		Map<String, Stamp> next = new HashMap<>();
		for (Pair pair : view.pairs()) {
			next.put(pair.key(), new Stamp(pair.createIndex(), pair.modifyIndex()));
		}
		this.stamps = next;
	}

	/** Forget what the next view will not cover. */
	void narrow(String scope) {
		this.stamps.keySet().removeIf((key) -> !key.startsWith(scope));
	}

	void clear() {
		this.stamps = new HashMap<>();
	}

	/**
	 * When a pair was created and changed.
	 */
	private record Stamp(long createIndex, long modifyIndex) {

		/** Of a pair that was in no view yet. */
		static final Stamp UNSEEN = new Stamp(0, 0);

	}

}
