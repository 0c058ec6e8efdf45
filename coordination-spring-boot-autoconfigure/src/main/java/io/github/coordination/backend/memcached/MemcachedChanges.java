package io.github.coordination.backend.memcached;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.coordination.backend.memcached.Documents.Found;
import io.github.coordination.backend.memcached.MemcachedChanges.State;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.support.PolledWatches;

/**
 * What has happened to the documents that are watched. They are read over a connection of
 * their own. A document counts its changes, so it is known when one was the only one; a
 * session's end removes entries without being counted.
 */
final class MemcachedChanges implements PolledWatches.Source<Directory, State> {

	static final PolledWatches.Pace PACE = new PolledWatches.Pace(Duration.ofMillis(1), Duration.ofMillis(50), 2);

	/** So many documents are read at once. */
	private static final int BATCH = 100;

	private final Documents documents;

	private final Connections connections;

	private final BackendConfig config;

	MemcachedChanges(Documents documents, Connections connections, BackendConfig config) {
		this.documents = documents;
		this.connections = connections;
		this.config = config;
	}

	@Override
	public State read(Directory directory) {
		return new State(this.documents.read(directory, deadline()), false);
	}

	@Override
	public Map<Directory, State> read(Collection<Directory> directories, Collection<State> known) {
		Set<String> sessions = new HashSet<>();
		known.forEach((state) -> sessions.addAll(state.document.sessions()));
		Map<Directory, State> states = new HashMap<>();
		List<Directory> all = List.copyOf(directories);
		for (int start = 0; start < all.size(); start += BATCH) {
			List<Directory> batch = all.subList(start, Math.min(start + BATCH, all.size()));
			Found found = this.documents.read(batch, sessions, this.connections, deadline());
			for (Directory directory : batch) {
				states.put(directory, new State(found.documents().getOrDefault(directory, Document.after(directory, 0)),
						found.foreign().containsKey(directory)));
			}
		}
		return states;
	}

	/**
	 * What is not understood may have changed in any way: that is reported when it begins
	 * and when it ends.
	 */
	@Override
	public @Nullable Change change(State before, State now) {
		if (before.isForeign || now.isForeign) {
			return (before.isForeign && now.isForeign) ? null : Change.UNKNOWN;
		}
		return change(before.document, now.document);
	}

	@Override
	public boolean isTold() {
		return false;
	}

	private Deadline deadline() {
		return Deadline.after(this.config.environment().clock(), this.config.callTimeout());
	}

	/** What happened to a document, which may not exist, {@code null} if nothing did. */
	private static @Nullable Change change(Document before, Document now) {
		Map<String, Entry> gone = new HashMap<>();
		before.entries().forEach((entry) -> gone.put(entry.id(), entry));
		String id = "";
		int changes = 0;
		boolean written = false;
		for (Entry entry : now.entries()) {
			Entry known = gone.remove(entry.id());
			if (known == null || known.revision() != entry.revision()
					|| known.createRevision() != entry.createRevision()) {
				changes++;
				id = entry.id();
				written = true;
			}
		}
		for (String each : gone.keySet()) {
			changes++;
			id = each;
		}
		boolean isNew = before.last() == 0;
		long counted = now.last() - (isNew ? now.born() : before.last());
		if (changes == 0 && (counted == 0 || now.last() == 0)) {
			return null;
		}
		boolean isSame = isNew || now.born() == before.born();
		if (changes == 1 && isSame && (counted == 1 || (counted == 0 && !written))) {
			return written ? Change.written(id) : Change.removed(id);
		}
		return Change.UNKNOWN;
	}

	/**
	 * What was seen of a directory.
	 *
	 * @param document what was understood; an empty one if there is none
	 * @param isForeign whether there is one that is not understood
	 */
	record State(Document document, boolean isForeign) {
	}

}
