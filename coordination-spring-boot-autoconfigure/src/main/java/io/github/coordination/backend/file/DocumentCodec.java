package io.github.coordination.backend.file;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * Bytes of a {@link Document}. A slot begins with a head {magic and version, flags,
 * generation, offset, length, checksum of the content, checksum of the head}; the content
 * is {names of the directory, flag, count, entries}; an entry is {length, version,
 * fields}. An entry that cannot be parsed is kept as it is.
 */
final class DocumentCodec {

	static final int HEAD = 40;

	private static final int MAGIC = 0x43_4f_52_01;

	private static final byte ENTRY_VERSION = 1;

	private static final int RETIRED = 1;

	private DocumentCodec() {
	}

	/**
	 * Where a slot's content is.
	 */
	record Head(boolean retired, long generation, long offset, int length, int checksum) {
	}

	/**
	 * What a document says.
	 *
	 * @param directory whose it is
	 * @param hasDurable whether a document of persistent entries may exist beside it
	 * @param entries oldest creation revision first
	 * @param foreign entries that are not understood
	 */
	record Content(Directory directory, boolean hasDurable, List<Entry> entries, List<byte[]> foreign) {

		boolean isEmpty() {
			return this.entries.isEmpty() && this.foreign.isEmpty();
		}

	}

	static void putHead(ByteBuffer target, Head head) {
		int start = target.position();
		target.putInt(MAGIC).putInt(head.retired ? RETIRED : 0).putLong(head.generation).putLong(head.offset);
		target.putInt(head.length).putInt(head.checksum).putInt(0);
		target.putInt(checksum(target.array(), start, HEAD - 4));
	}

	/** Return the head, {@code null} if there is none or it was torn. */
	static @Nullable Head head(byte[] bytes, int start) {
		ByteBuffer head = ByteBuffer.wrap(bytes, start, HEAD);
		if (head.getInt() != MAGIC || head.getInt(start + HEAD - 4) != checksum(bytes, start, HEAD - 4)) {
			return null;
		}
		return new Head(head.getInt() == RETIRED, head.getLong(), head.getLong(), head.getInt(), head.getInt());
	}

	static int checksum(byte[] bytes, int start, int length) {
		CRC32C crc = new CRC32C();
		crc.update(bytes, start, length);
		return (int) crc.getValue();
	}

	/** Encode the content, leaving room for a head before it. */
	static ByteBuffer encode(Content content) {
		byte[][] fields = new byte[4 * content.entries.size() + 3][];
		int size = HEAD + 3 * 2 + 1 + 4;
		int field = 0;
		Directory directory = content.directory;
		for (String name : List.of(directory.namespace(), directory.kind(), directory.name())) {
			size += (fields[field++] = utf8(name)).length;
		}
		for (Entry entry : content.entries) {
			size += 4 + 1 + 2 * 8 + 3 * 2 + 4;
			String session = entry.sessionId();
			size += (fields[field++] = utf8(entry.id())).length;
			size += (fields[field++] = utf8(entry.tag())).length;
			size += (fields[field++] = utf8((session != null) ? session : "")).length;
			size += (fields[field++] = entry.value()).length;
		}
		for (byte[] foreign : content.foreign) {
			size += 4 + foreign.length;
		}
		ByteBuffer target = ByteBuffer.allocate(size).position(HEAD);
		for (int i = 0; i < 3; i++) {
			putShort(target, fields[i]);
		}
		target.put((byte) (content.hasDurable ? 1 : 0));
		target.putInt(content.entries.size() + content.foreign.size());
		field = 3;
		for (Entry entry : content.entries) {
			int start = target.position();
			target.putInt(0).put(ENTRY_VERSION).putLong(entry.createRevision()).putLong(entry.revision());
			putShort(target, fields[field++]);
			putShort(target, fields[field++]);
			putShort(target, fields[field++]);
			byte[] value = fields[field++];
			target.putInt(value.length).put(value);
			target.putInt(start, target.position() - start - 4);
		}
		for (byte[] foreign : content.foreign) {
			target.putInt(foreign.length).put(foreign);
		}
		return target;
	}

	/**
	 * Decode a content whose checksum was right.
	 * @throws IllegalArgumentException if not even the entries can be told apart
	 */
	static Content decode(byte[] bytes) {
		try {
			ByteBuffer source = ByteBuffer.wrap(bytes);
			Directory directory = new Directory(getString(source), getString(source), getString(source));
			boolean hasDurable = source.get() != 0;
			int count = source.getInt();
			List<Entry> entries = new ArrayList<>();
			List<byte[]> foreign = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				byte[] record = getBytes(source, source.getInt());
				Entry entry = decode(directory, ByteBuffer.wrap(record));
				if (entry != null) {
					entries.add(entry);
				}
				else {
					foreign.add(record);
				}
			}
			return new Content(directory, hasDurable, List.copyOf(entries), List.copyOf(foreign));
		}
		catch (BufferUnderflowException ex) {
			throw new IllegalArgumentException("it ends too early", ex);
		}
	}

	private static @Nullable Entry decode(Directory directory, ByteBuffer source) {
		try {
			if (source.get() != ENTRY_VERSION) {
				return null;
			}
			long createRevision = source.getLong();
			long revision = source.getLong();
			String id = getString(source);
			String tag = getString(source);
			String session = getString(source);
			byte[] value = getBytes(source, source.getInt());
			Directory.requireName("id", id);
			if (source.hasRemaining() || !(session.isEmpty() || Sessions.isId(session))) {
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

	private static void putShort(ByteBuffer target, byte[] bytes) {
		target.putShort((short) bytes.length).put(bytes);
	}

	private static String getString(ByteBuffer source) {
		byte[] bytes = getBytes(source, source.getShort() & 0xffff);
		String text = new String(bytes, StandardCharsets.UTF_8);
		// what would not be written back as it is was not written by us
		if (text.indexOf('\ufffd') >= 0 && !Arrays.equals(utf8(text), bytes)) {
			throw new IllegalArgumentException("it is not UTF-8");
		}
		return text;
	}

	private static byte[] getBytes(ByteBuffer source, int length) {
		if (length < 0 || length > source.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] bytes = new byte[length];
		source.get(bytes);
		return bytes;
	}

}
