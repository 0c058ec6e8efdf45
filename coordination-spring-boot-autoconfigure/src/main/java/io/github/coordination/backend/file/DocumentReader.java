package io.github.coordination.backend.file;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.backend.file.DocumentCodec.Head;

/**
 * Reads documents. Whoever does it without their stripe may meet a write that is not
 * complete, and learns no more than whether a closer look is worth while.
 */
final class DocumentReader {

	private static final int PEEKS = 5;

	private DocumentReader() {
	}

	/**
	 * Read a content without the stripe; {@code null} if there is none that can be
	 * understood.
	 */
	static @Nullable Content peek(Path path) {
		try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
			for (int i = 0; i < PEEKS; i++) {
				byte[] slots = new byte[Document.SLOTS];
				readFully(file, 0, slots);
				// if the newest is torn every time, the other one is in force
				Head head = (i < PEEKS - 1) ? newest(slots) : oldest(slots);
				byte[] bytes = (head != null) ? content(file, head) : null;
				// otherwise it was written meanwhile
				if (bytes != null && bytes.length > 0) {
					return DocumentCodec.decode(bytes);
				}
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			// nothing that could be understood
		}
		return null;
	}

	/** Read the generation without the stripe, 0 if there is none. */
	static long stamp(Path path) {
		Head newest = head(path);
		return (newest != null) ? newest.generation() : 0;
	}

	/** Whether there is a content, understood or not; without the stripe. */
	static boolean hasContent(Path path) {
		Head newest = head(path);
		return newest != null && newest.length() > 0;
	}

	private static @Nullable Head head(Path path) {
		File name = path.toFile();
		if (!name.exists()) {
			return null;
		}
		try (RandomAccessFile file = new RandomAccessFile(name, "r")) {
			byte[] slots = new byte[Document.SLOTS];
			readFully(file, 0, slots);
			return newest(slots);
		}
		catch (IOException ex) {
			return null;
		}
	}

	private static @Nullable Head newest(byte[] slots) {
		Head first = DocumentCodec.head(slots, 0);
		Head second = DocumentCodec.head(slots, Document.SLOT);
		return (first == null || (second != null && second.generation() > first.generation())) ? second : first;
	}

	private static @Nullable Head oldest(byte[] slots) {
		Head first = DocumentCodec.head(slots, 0);
		return Objects.equals(first, newest(slots)) ? DocumentCodec.head(slots, Document.SLOT) : first;
	}

	static byte @Nullable [] content(RandomAccessFile file, Head head) throws IOException {
		if (head.length() < 0 || head.offset() + head.length() > file.length()) {
			return (head.length() == 0) ? new byte[0] : null;
		}
		byte[] bytes = new byte[head.length()];
		readFully(file, head.offset(), bytes);
		return (DocumentCodec.checksum(bytes, 0, bytes.length) == head.checksum()) ? bytes : null;
	}

	static int readFully(RandomAccessFile file, long offset, byte[] target) throws IOException {
		file.seek(offset);
		int length = 0;
		for (int read = 0; read >= 0 && length < target.length; length += Math.max(read, 0)) {
			read = file.read(target, length, target.length - length);
		}
		Arrays.fill(target, length, target.length, (byte) 0);
		return length;
	}

}
