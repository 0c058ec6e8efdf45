package io.github.coordination.spi.support;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * Bytes of a directory's name and of its entries, for stores that keep a directory as one
 * document. A name is {@code {namespace, kind, name}}; entries are {@code {count,
 * records}}, each record with its length in front: {@code {version, creation revision,
 * revision, id, tag, session, value}}. A record that is not understood, such as one of
 * another version, is kept as it is.
 */
public final class EntryCodec {

	private static final byte VERSION = 1;

	private static final int FIXED = 1 + 2 * Long.BYTES + 3 * Short.BYTES + Integer.BYTES;

	private static final int MAX_SESSION_ID = 64;

	private EntryCodec() {
	}

	/**
	 * Return whether a text can be the id of a session, so that it is safe as a part of a
	 * key or of a file's name. An entry of any other is foreign.
	 * @param text the text
	 * @return whether it is 1 to 64 of {@code a-z}, {@code 0-9} and {@code -}
	 */
	public static boolean isSessionId(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
				return false;
			}
		}
		return !text.isEmpty() && text.length() <= MAX_SESSION_ID;
	}

	/**
	 * Encode the name of a directory.
	 * @param directory the directory
	 * @return the bytes
	 */
	public static byte[] encode(Directory directory) {
		byte[] namespace = utf8(directory.namespace());
		byte[] kind = utf8(directory.kind());
		byte[] name = utf8(directory.name());
		ByteBuffer target = ByteBuffer.allocate(3 * Short.BYTES + namespace.length + kind.length + name.length);
		put(target, namespace);
		put(target, kind);
		put(target, name);
		return target.array();
	}

	/**
	 * Encode entries.
	 * @param entries the entries
	 * @param foreign what was not understood when they were read
	 * @return the bytes
	 */
	public static byte[] encode(List<Entry> entries, List<byte[]> foreign) {
		List<byte[]> records = new ArrayList<>(entries.size() + foreign.size());
		entries.forEach((entry) -> records.add(encode(entry)));
		records.addAll(foreign);
		int size = Integer.BYTES;
		for (byte[] each : records) {
			size += Integer.BYTES + each.length;
		}
		ByteBuffer target = ByteBuffer.allocate(size).putInt(records.size());
		records.forEach((each) -> target.putInt(each.length).put(each));
		return target.array();
	}

	/**
	 * Read the name of a directory.
	 * @param source where it begins; moved to its end
	 * @return the directory
	 * @throws IllegalArgumentException if there is none, with what is wrong where
	 */
	public static Directory directory(ByteBuffer source) {
		int start = source.position();
		try {
			return new Directory(text(source), text(source), text(source));
		}
		catch (BufferUnderflowException ex) {
			throw new IllegalArgumentException("the name at byte " + start + " ends too early", ex);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("the name at byte " + start + " is none: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Read entries, which are the last in a document.
	 * @param source where they begin; moved to its limit
	 * @param directory the directory they are in
	 * @return the entries, in their order, and what is not understood
	 * @throws IllegalArgumentException if not even the records can be told apart, with
	 * what is wrong where
	 */
	public static Records records(ByteBuffer source, Directory directory) {
		if (source.remaining() < Integer.BYTES) {
			throw new IllegalArgumentException("it ends before the count of entries");
		}
		int count = source.getInt();
		List<Entry> entries = new ArrayList<>();
		List<byte[]> foreign = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int start = source.position();
			byte[] record;
			try {
				record = bytes(source, source.getInt());
			}
			catch (BufferUnderflowException ex) {
				throw new IllegalArgumentException(
						"record " + (i + 1) + " of " + count + " at byte " + start + " ends too early", ex);
			}
			Entry entry = entry(ByteBuffer.wrap(record), directory);
			if (entry != null) {
				entries.add(entry);
			}
			else {
				foreign.add(record);
			}
		}
		if (count < 0 || source.hasRemaining()) {
			throw new IllegalArgumentException(
					"there are " + source.remaining() + " bytes behind the last of " + count + " records");
		}
		return new Records(List.copyOf(entries), List.copyOf(foreign));
	}

	private static byte[] encode(Entry entry) {
		String bound = entry.sessionId();
		byte[] id = utf8(entry.id());
		byte[] tag = utf8(entry.tag());
		byte[] session = utf8((bound != null) ? bound : "");
		byte[] value = entry.value();
		ByteBuffer target = ByteBuffer.allocate(FIXED + id.length + tag.length + session.length + value.length);
		target.put(VERSION).putLong(entry.createRevision()).putLong(entry.revision());
		put(target, id);
		put(target, tag);
		put(target, session);
		return target.putInt(value.length).put(value).array();
	}

	private static @Nullable Entry entry(ByteBuffer source, Directory directory) {
		try {
			if (source.get() != VERSION) {
				return null;
			}
			long createRevision = source.getLong();
			long revision = source.getLong();
			String id = text(source);
			String tag = text(source);
			String session = text(source);
			byte[] value = bytes(source, source.getInt());
			Directory.requireName("id", id);
			if (source.hasRemaining() || !(session.isEmpty() || isSessionId(session))) {
				return null;
			}
			return new Entry(directory.entry(id), tag, value, createRevision, revision,
					session.isEmpty() ? null : session);
		}
		catch (BufferUnderflowException | IllegalArgumentException ex) {
			return null;
		}
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void put(ByteBuffer target, byte[] text) {
		target.putShort((short) text.length).put(text);
	}

	private static String text(ByteBuffer source) {
		byte[] bytes = bytes(source, source.getShort() & 0xffff);
		String text = new String(bytes, StandardCharsets.UTF_8);
		// what would not be written back as it is was not written by us
		if (text.indexOf('\ufffd') >= 0 && !Arrays.equals(utf8(text), bytes)) {
			throw new IllegalArgumentException("it is not UTF-8");
		}
		return text;
	}

	private static byte[] bytes(ByteBuffer source, int length) {
		if (length < 0 || length > source.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] bytes = new byte[length];
		source.get(bytes);
		return bytes;
	}

	/**
	 * The entries of a document.
	 *
	 * @param entries those that are understood
	 * @param foreign records that are not
	 */
	public record Records(List<Entry> entries, List<byte[]> foreign) {
	}

}
