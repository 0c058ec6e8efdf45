package io.github.coordination.spi.support;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.coordination.spi.Directory;

/**
 * Turns any name into a short word that every store can hold: {@code A-Z}, {@code a-z},
 * {@code 0-9}, {@code _} and {@code -} stay as they are, all else becomes {@code %} and
 * two lower-case hexadecimal digits for each byte of UTF-8, so that neither a separator
 * nor {@code ..} can occur. A word that would be longer than the limit becomes its
 * beginning, {@code ~} and the name's SHA-256. No two names have the same word; but as a
 * digest cannot be read back, a store should keep the name beside it and compare it on
 * reading.
 *
 * @param maxLength longest word, 80 or more
 * @param keepsUpperCase whether {@code A-Z} stay; {@code false} for stores that do not
 * tell {@code A} from {@code a}, where they are encoded too
 */
public record NameEncoder(int maxLength, boolean keepsUpperCase) {

	private static final HexFormat HEX = HexFormat.of();

	private static final int ESCAPE_LENGTH = 3;

	private static final char DIGEST_MARK = '~';

	private static final int DIGEST_LENGTH = 64;

	public NameEncoder {
		if (maxLength < DIGEST_LENGTH + 16) {
			throw new IllegalArgumentException(
					"a limit of " + maxLength + " leaves no room for a digest: use at least " + (DIGEST_LENGTH + 16));
		}
	}

	/**
	 * Return an encoder for stores that tell upper case from lower case and have room for
	 * every name: what it encodes can always be read back.
	 * @return the encoder
	 */
	public static NameEncoder reversible() {
		return new NameEncoder(ESCAPE_LENGTH * Directory.MAX_NAME_BYTES, true);
	}

	/**
	 * Encode a name.
	 * @param name any valid Unicode
	 * @return its word
	 * @throws IllegalArgumentException if half of a surrogate pair stands alone
	 */
	public String encode(String name) {
		if (isWord(name)) {
			return name;
		}
		ByteBuffer bytes = utf8(name);
		StringBuilder word = new StringBuilder(bytes.remaining() + 8);
		for (int i = 0; i < bytes.limit(); i++) {
			byte each = bytes.get(i);
			if (isKept((char) each)) {
				word.append((char) each);
			}
			else {
				HEX.toHexDigits(word.append('%'), each);
			}
		}
		if (word.length() <= this.maxLength) {
			return word.toString();
		}
		word.setLength(this.maxLength - DIGEST_LENGTH - 1);
		return word.append(DIGEST_MARK).append(HEX.formatHex(sha256(bytes))).toString();
	}

	/**
	 * Read a word back. Only what {@link #encode} makes is read, so that no two words are
	 * the same name.
	 * @param word what {@link #encode} returned
	 * @return the name
	 * @throws IllegalArgumentException if it ends in a digest or is not a word of this
	 * encoder
	 */
	public String decode(String word) {
		if (word.length() > this.maxLength) {
			throw new IllegalArgumentException("'" + word + "' is longer than " + this.maxLength);
		}
		ByteBuffer bytes = ByteBuffer.allocate(word.length());
		int i = 0;
		while (i < word.length()) {
			boolean kept = isKept(word.charAt(i));
			int value = kept ? word.charAt(i) : escaped(word, i);
			if (value < 0) {
				throw new IllegalArgumentException("'" + word + "' cannot be read back at position " + i);
			}
			bytes.put((byte) value);
			i += kept ? 1 : ESCAPE_LENGTH;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("'" + word + "' is not made from UTF-8", ex);
		}
	}

	/** Most names are words as they are. */
	private boolean isWord(String name) {
		for (int i = 0; i < name.length(); i++) {
			if (!isKept(name.charAt(i))) {
				return false;
			}
		}
		return name.length() <= this.maxLength;
	}

	/** Read a byte that had to be written in digits; -1 if this is none. */
	private int escaped(String word, int at) {
		if (word.charAt(at) != '%' || at + ESCAPE_LENGTH > word.length()) {
			return -1;
		}
		// less than zero if one of them is
		int value = digit(word.charAt(at + 1)) << 4 | digit(word.charAt(at + 2));
		return isKept((char) value) ? -1 : value;
	}

	private static int digit(char c) {
		return (c >= '0' && c <= '9') ? c - '0' : (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
	}

	private boolean isKept(char c) {
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
				|| (this.keepsUpperCase && c >= 'A' && c <= 'Z');
	}

	private static ByteBuffer utf8(String name) {
		try {
			// strict: String.getBytes would make the same byte of every lone surrogate
			return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("a name is not valid Unicode: half of a surrogate pair stands alone",
					ex);
		}
	}

	private static byte[] sha256(ByteBuffer bytes) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(bytes);
			return digest.digest();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
