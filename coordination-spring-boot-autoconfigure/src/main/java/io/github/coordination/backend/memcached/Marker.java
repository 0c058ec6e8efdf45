package io.github.coordination.backend.memcached;

import java.nio.charset.StandardCharsets;

import io.github.coordination.ConfigurationException;
import io.github.coordination.backend.memcached.Reply.Value;

/**
 * What is said of a namespace by its marker, {@code <format> <random id>}.
 *
 * @param text all of it: another marker is another store
 */
record Marker(String text) {

	private static final int FORMAT = 1;

	private static final String SETTING = "coordination.namespace";

	/** Make a marker. */
	static Marker of(String id) {
		return new Marker(FORMAT + " " + id);
	}

	/**
	 * Read a marker.
	 * @throws ConfigurationException if a newer version made it
	 */
	static Marker read(Value value) {
		String text = new String(value.bytes(), StandardCharsets.ISO_8859_1);
		try {
			int format = Integer.parseInt(text.split(" ", 2)[0]);
			if (format > FORMAT) {
				throw new ConfigurationException(SETTING, "its data in memcached has format version " + format
						+ ", and this version knows " + FORMAT + ".",
						"Update this application, or use another namespace.");
			}
			return new Marker(text);
		}
		catch (NumberFormatException ex) {
			throw new ConfigurationException(SETTING,
					"memcached's key " + value.key() + " was not written by this library.",
					"Use another namespace, or remove that key.");
		}
	}

	byte[] bytes() {
		return this.text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
