package io.github.coordination.backend.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;

/**
 * A directory as one statement showed it, with the sessions of its namespace that are to
 * be swept. What is not understood is left out, and counted.
 *
 * @param entries the entries, the oldest first
 * @param dead sessions that are over but not swept
 */
record View(List<Entry> entries, Set<String> dead) {

	private static final Logger LOGGER = System.getLogger(View.class.getName());

	private static final AtomicLong FOREIGN = new AtomicLong();

	private static final int QUEUE = 0;

	private static final int ROW = 1;

	/** Read it. */
	static View of(Link link, Directory directory, String text, String... values) throws SQLException {
		View view = new View(new ArrayList<>(), new HashSet<>());
		link.each(text, (rows) -> {
			switch (rows.getInt(1)) {
				case QUEUE -> addQueue(view.entries, directory, rows.getString(7));
				case ROW -> addRow(view.entries, directory, rows, rows.getString(4));
				default -> view.dead.add(rows.getString(4));
			}
		}, (Object[]) values);
		view.entries.sort(Entry.OLDEST_FIRST);
		return view;
	}

	/** Whether it has entries that must go first. */
	boolean showsDead() {
		return !this.dead.isEmpty() && this.entries.stream().anyMatch((entry) -> this.dead.contains(entry.sessionId()));
	}

	/** Add the entries of a queue. */
	static void addQueue(List<Entry> entries, Directory directory, String queue) {
		for (Names.Queued each : Names.parse(queue)) {
			int end = each.id().lastIndexOf('.');
			try {
				entries.add(new Entry(directory.entry(each.id()), each.tag(), Names.value(each.content()),
						each.createRevision(), each.revision(), each.id().substring(0, end)));
			}
			catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
				skip(directory);
			}
		}
	}

	/** Add an entry that is a row of its own. */
	static void addRow(List<Entry> entries, Directory directory, ResultSet rows, @Nullable String session)
			throws SQLException {
		try {
			String id = Names.id(rows.getString(2), rows.getString(3));
			entries.add(new Entry(directory.entry(id), "", Names.value(rows.getString(7)), rows.getLong(5),
					rows.getLong(6), session));
		}
		catch (IllegalArgumentException ex) {
			skip(directory);
		}
	}

	/** Find an entry and what is ahead of it in a queue's text. */
	static Optional<Placement> placement(EntryKey key, String queue) {
		List<Ahead> ahead = null;
		for (Names.Queued each : Names.parse(queue)) {
			if (each.id().equals(key.id())) {
				Entry entry = new Entry(key, each.tag(), Names.value(each.content()), each.createRevision(),
						each.revision(), key.id().substring(0, key.id().lastIndexOf('.')));
				return Optional.of(new Placement(entry, (ahead != null) ? ahead : List.of()));
			}
			ahead = (ahead != null) ? ahead : new ArrayList<>();
			ahead.add(new Ahead(each.id(), each.tag()));
		}
		return Optional.empty();
	}

	private static void skip(Directory directory) {
		LOGGER.log((FOREIGN.incrementAndGet() == 1) ? Level.WARNING : Level.DEBUG,
				"An entry of {0} is not understood and left alone; there were {1} such looks", directory, FOREIGN);
	}

}
