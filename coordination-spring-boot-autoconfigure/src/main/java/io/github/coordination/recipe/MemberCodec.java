package io.github.coordination.recipe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.github.coordination.Member;
import io.github.coordination.spi.Entry;

/**
 * A member in the store: a version byte, the id, the number of pairs, and the pairs, each
 * text as a length and UTF-8 bytes. What does not parse is foreign and reads as absent.
 */
final class MemberCodec {

	private static final int VERSION = 1;

	private static final int MAX_BYTES = 4096;

	private MemberCodec() {
	}

	static byte[] encode(String id, Map<String, String> metadata) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeByte(VERSION);
			write(out, id);
			out.writeShort(metadata.size());
			for (Map.Entry<String, String> pair : metadata.entrySet()) {
				write(out, pair.getKey());
				write(out, pair.getValue());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (bytes.size() > MAX_BYTES) {
			throw new IllegalArgumentException(
					"metadata takes " + bytes.size() + " bytes: use at most " + MAX_BYTES + " with the member id");
		}
		return bytes.toByteArray();
	}

	static Optional<Member> decode(Entry entry) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(entry.value()))) {
			if (in.readByte() != VERSION) {
				return Optional.empty();
			}
			String id = read(in);
			int pairs = in.readUnsignedShort();
			Map<String, String> metadata = new LinkedHashMap<>();
			for (int i = 0; i < pairs; i++) {
				metadata.put(read(in), read(in));
			}
			return Optional.of(new Member(id, metadata, entry.createRevision()));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	private static void write(DataOutputStream out, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		if (bytes.length > MAX_BYTES) {
			throw new IllegalArgumentException("metadata has a text of " + bytes.length + " bytes: use at most "
					+ MAX_BYTES + " in all, with the member id");
		}
		out.writeShort(bytes.length);
		out.write(bytes);
	}

	private static String read(DataInputStream in) throws IOException {
		byte[] bytes = new byte[in.readUnsignedShort()];
		in.readFully(bytes);
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
