package io.github.coordination.backend.memcached;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * The entries of a directory, oldest first, and the last revision that was given out. In
 * bytes: {format, names of the directory, born, last, count, entries}, each entry with
 * its length and format in front; one of another format is kept as it is.
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

	private static final byte ENTRY_FORMAT = 1;

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
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 96 * this.entries.size());
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(FORMAT);
			putText(out, this.directory.namespace());
			putText(out, this.directory.kind());
			putText(out, this.directory.name());
			out.writeLong(this.born);
			out.writeLong(this.last);
			out.writeInt(this.entries.size() + this.foreign.size());
			for (Entry entry : this.entries) {
				byte[] encoded = encode(entry);
				out.writeInt(encoded.length);
				out.write(encoded);
			}
			for (byte[] each : this.foreign) {
				out.writeInt(each.length);
				out.write(each);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("memory has no such errors", ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Read a document.
	 * @throws IllegalArgumentException if it is none, or that of another directory
	 */
	static Document decode(byte[] bytes, Directory directory) {
		try {
			ByteBuffer source = ByteBuffer.wrap(bytes);
			if (source.get() != FORMAT) {
				throw new IllegalArgumentException("it is no document");
			}
			if (!text(source).equals(directory.namespace()) || !text(source).equals(directory.kind())
					|| !text(source).equals(directory.name())) {
				throw new IllegalArgumentException("it is a document of another name");
			}
			long born = source.getLong();
			long last = source.getLong();
			int count = source.getInt();
			List<Entry> entries = new ArrayList<>();
			List<byte[]> foreign = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				byte[] record = bytes(source, source.getInt());
				Entry entry = entry(ByteBuffer.wrap(record), directory);
				if (entry != null) {
					entries.add(entry);
				}
				else {
					foreign.add(record);
				}
			}
			return new Document(directory, born, last, entries, foreign);
		}
		catch (BufferUnderflowException ex) {
			throw new IllegalArgumentException("it ends too early", ex);
		}
	}

	private static byte[] encode(Entry entry) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(96 + entry.value().length);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(ENTRY_FORMAT);
			out.writeLong(entry.createRevision());
			out.writeLong(entry.revision());
			putText(out, entry.id());
			putText(out, entry.tag());
			String session = entry.sessionId();
			putText(out, (session != null) ? session : "");
			out.write(entry.value());
		}
		return bytes.toByteArray();
	}

	private static @Nullable Entry entry(ByteBuffer source, Directory directory) {
		try {
			if (source.get() != ENTRY_FORMAT) {
				return null;
			}
			long createRevision = source.getLong();
			long revision = source.getLong();
			String id = text(source);
			String tag = text(source);
			String session = text(source);
			// it becomes a part of a key
			if (id.isEmpty() || !(session.isEmpty() || MemcachedSession.isId(session))) {
				return null;
			}
			return new Entry(directory.entry(id), tag, bytes(source, source.remaining()), createRevision, revision,
					session.isEmpty() ? null : session);
		}
		catch (BufferUnderflowException ex) {
			return null;
		}
	}

	/** Session ids of the entries, as the keys of their items. */
	static List<String> keys(Collection<String> sessions) {
		List<String> keys = new ArrayList<>(sessions.size());
		for (String session : sessions) {
			keys.add(Names.session(session));
		}
		return keys;
	}

	private static void putText(DataOutputStream out, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.writeShort(bytes.length);
		out.write(bytes);
	}

	private static String text(ByteBuffer source) {
		return new String(bytes(source, source.getShort() & 0xffff), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(ByteBuffer source, int length) {
		if (length < 0 || length > source.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] bytes = new byte[length];
		source.get(bytes);
		return bytes;
	}

}
