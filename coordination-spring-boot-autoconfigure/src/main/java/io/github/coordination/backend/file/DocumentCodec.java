package io.github.coordination.backend.file;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.support.EntryCodec;
import io.github.coordination.spi.support.EntryCodec.Records;

/**
 * Bytes of a {@link Document}. A slot begins with a head {magic and version, flags,
 * generation, offset, length, checksum of the content, checksum of the head}; the content
 * is {name of the directory, flag, entries}, in the words of {@link EntryCodec}.
 */
final class DocumentCodec {

	static final int HEAD = 40;

	private static final int MAGIC = 0x43_4f_52_01;

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
		byte[] name = EntryCodec.encode(content.directory);
		byte[] entries = EntryCodec.encode(content.entries, content.foreign);
		ByteBuffer target = ByteBuffer.allocate(HEAD + name.length + 1 + entries.length).position(HEAD);
		return target.put(name).put((byte) (content.hasDurable ? 1 : 0)).put(entries);
	}

	/**
	 * Decode a content whose checksum was right.
	 * @throws IllegalArgumentException if not even the entries can be told apart, with
	 * what is wrong where
	 */
	static Content decode(byte[] bytes) {
		ByteBuffer source = ByteBuffer.wrap(bytes);
		Directory directory = EntryCodec.directory(source);
		boolean hasDurable = source.hasRemaining() && source.get() != 0;
		Records records = EntryCodec.records(source, directory);
		return new Content(directory, hasDurable, records.entries(), records.foreign());
	}

}
