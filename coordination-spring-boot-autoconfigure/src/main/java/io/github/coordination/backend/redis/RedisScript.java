package io.github.coordination.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps that the server takes as one, each a Lua script beside this class. They are
 * called by their digest, which the server knows after the first time. They run on Redis
 * 6.2 and later and on Valkey.
 *
 * <p>
 * What they share is included where a line says so. Lua makes its functions anew in every
 * run, so that line stands behind what is done most often, taking and giving back what
 * nobody else wants, which returns before it.
 */
enum RedisScript {

	OPEN, RENEW, SWEEP, CLOSE, ENTRIES, ENQUEUE, CREATE, REPLACE, DELETE, GET, LIST;

	private final byte[] text;

	private final String digest;

	RedisScript() {
		String own = read(name().toLowerCase(Locale.ROOT));
		this.text = Pattern.compile("(?m)^-- include (\\w+)$")
			.matcher(own)
			.replaceAll((include) -> Matcher.quoteReplacement(read(include.group(1))))
			.getBytes(StandardCharsets.UTF_8);
		this.digest = sha1(this.text);
	}

	byte[] text() {
		return this.text;
	}

	String digest() {
		return this.digest;
	}

	private static String read(String name) {
		try (InputStream resource = RedisScript.class.getResourceAsStream(name + ".lua")) {
			if (resource == null) {
				throw new IllegalStateException("the script " + name + ".lua is missing from the library");
			}
			return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String sha1(byte[] text) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-1", ex);
		}
	}

}
