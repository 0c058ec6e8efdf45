package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.github.coordination.GroupListener;
import io.github.coordination.Member;
import io.github.coordination.spi.Entry;

/**
 * Tells the listeners of a group the difference between one reading of it and the next.
 * Used by the group's steps, one at a time, but for {@link #prepare}.
 */
final class GroupNews {

	private final Listeners<GroupListener> listeners;

	/** The members as the listeners know them. */
	private Map<String, Entry> seen = Map.of();

	GroupNews(Executor executor) {
		this.listeners = new Listeners<>(executor);
	}

	Listeners.Registered<GroupListener> prepare(GroupListener listener) {
		return this.listeners.prepare(listener);
	}

	/** Tell a new listener who is there already. */
	void add(Listeners.Registered<GroupListener> added) {
		// what listeners that are gone were told may be long out of date
		forgetIfUnheard();
		List<Entry> present = new ArrayList<>(this.seen.values());
		this.listeners.add(added,
				(told) -> present.forEach((entry) -> MemberCodec.decode(entry).ifPresent(told::onJoined)));
	}

	/**
	 * Forget what was told before if there is nobody to tell.
	 * @return whether there is nobody
	 */
	boolean forgetIfUnheard() {
		if (this.listeners.isEmpty()) {
			this.seen = Map.of();
		}
		return this.listeners.isEmpty();
	}

	void tell(Map<String, Entry> now) {
		if (forgetIfUnheard()) {
			return;
		}
		this.seen.forEach((id, entry) -> {
			if (!isSame(entry, now.get(id))) {
				tell(entry, GroupListener::onLeft);
			}
		});
		now.forEach((id, entry) -> {
			Entry known = this.seen.get(id);
			if (known == null || !isSame(entry, known)) {
				tell(entry, GroupListener::onJoined);
			}
			else if (known.revision() != entry.revision()) {
				tell(entry, GroupListener::onUpdated);
			}
		});
		this.seen = now;
	}

	private static boolean isSame(Entry entry, @Nullable Entry other) {
		return other != null && other.createRevision() == entry.createRevision();
	}

	private void tell(Entry entry, BiConsumer<GroupListener, Member> call) {
		MemberCodec.decode(entry)
			.ifPresent((member) -> this.listeners.tell((listener) -> call.accept(listener, member)));
	}

}
