package io.github.coordination.backend.memcached;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.support.EntryCodec;
import io.github.coordination.spi.support.EntryCodec.Records;

/**
 * The entries of a directory, oldest first, and the last revision that was given out. In
 * bytes: {format, name of the directory, born, last, entries}, in the words of
 * {@link EntryCodec}.
 *
 * @param directory whose they are
 * @param born the revision before the first; another one if the document was lost and
 * made again
 * @param last the last revision; every change takes one
 * @param entries the entries
 * @param foreign what is not understood
 */
record Document(Directory directory, long born, long last, List<Entry> entries, List<byte[]> foreign) {

	private static final byte FORMAT = 1;

	/** An empty document with revisions above this one. */
	static Document after(Directory directory, long revision) {
		return new Document(directory, revision, revision, List.of(), List.of());
	}

	/** The next document, with other entries. */
	Document with(List<Entry> changed) {
		return new Document(this.directory, this.born, this.last + 1, changed, this.foreign);
	}

	/** The same document as seen by those who know which sessions are over. */
	Document without(Set<String> sessions) {
		if (sessions.isEmpty()) {
			return this;
		}
		List<Entry> live = new ArrayList<>(this.entries.size());
		for (Entry entry : this.entries) {
			String session = entry.sessionId();
			if (session == null || !sessions.contains(session)) {
				live.add(entry);
			}
		}
		return new Document(this.directory, this.born, this.last, live, this.foreign);
	}

	@Nullable Entry find(String id) {
		for (Entry entry : this.entries) {
			if (entry.id().equals(id)) {
				return entry;
			}
		}
		return null;
	}

	/** The sessions that have entries. */
	Set<String> sessions() {
		if (this.entries.isEmpty()) {
			return Set.of();
		}
		Set<String> sessions = new TreeSet<>();
		for (Entry entry : this.entries) {
			String session = entry.sessionId();
			if (session != null) {
				sessions.add(session);
			}
		}
		return sessions;
	}

	boolean isEmpty() {
		return this.entries.isEmpty() && this.foreign.isEmpty();
	}

	byte[] encode() {
		byte[] name = EntryCodec.encode(this.directory);
		byte[] records = EntryCodec.encode(this.entries, this.foreign);
		return ByteBuffer.allocate(1 + name.length + 2 * Long.BYTES + records.length)
			.put(FORMAT)
			.put(name)
			.putLong(this.born)
			.putLong(this.last)
			.put(records)
			.array();
	}

	/**
	 * Read a document.
	 * @throws IllegalArgumentException if it is none, or that of another directory, with
	 * what is wrong where
	 */
	static Document decode(byte[] bytes, Directory directory) {
		ByteBuffer source = ByteBuffer.wrap(bytes);
		if (bytes.length == 0 || source.get() != FORMAT) {
			throw new IllegalArgumentException("it is no document");
		}
		Directory named = EntryCodec.directory(source);
		if (!named.equals(directory)) {
			throw new IllegalArgumentException("it is the document of " + named);
		}
		if (source.remaining() < 2 * Long.BYTES) {
			throw new IllegalArgumentException("it ends before its revisions");
		}
		long born = source.getLong();
		long last = source.getLong();
		Records records = EntryCodec.records(source, directory);
		return new Document(directory, born, last, records.entries(), records.foreign());
	}

	/** Session ids of the entries, as the keys of their items. */
	static List<String> keys(Collection<String> sessions) {
		List<String> keys = new ArrayList<>(sessions.size());
		for (String session : sessions) {
			keys.add(Names.session(session));
		}
		return keys;
	}

}
