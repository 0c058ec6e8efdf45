package io.github.coordination.spi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Remembers what a watch reported.
 */
final class RecordingListener implements WatchListener {

	private final List<Change> changes = new CopyOnWriteArrayList<>();

	@Override
	public void onChange(Change change) {
		this.changes.add(change);
	}

	List<Change> changes() {
		return List.copyOf(this.changes);
	}

	int calls() {
		return this.changes.size();
	}

	/** Whether one of the calls after the first {@code known} ones covers a change. */
	boolean covers(int known, Change expected) {
		List<Change> all = changes();
		return all.subList(known, all.size())
			.stream()
			.anyMatch((change) -> change.equals(Change.UNKNOWN) || change.equals(expected));
	}

}
