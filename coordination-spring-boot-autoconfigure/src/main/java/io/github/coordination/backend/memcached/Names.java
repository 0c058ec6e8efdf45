package io.github.coordination.backend.memcached;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Keys in memcached, which are limited to 250 bytes without blanks:
 * {@code c/<namespace>/<kind>/<name>} for documents, each part encoded and shortened by a
 * digest if need be; {@code c/<namespace>/.format} for the marker;
 * {@code c/.session/<id>} for sessions. No encoded part begins with a dot.
 */
final class Names {

	/** Three of them, the beginning and the separators make 245. */
	static final int MAX_LENGTH = 80;

	private static final NameEncoder NAMES = new NameEncoder(MAX_LENGTH, true);

	private Names() {
	}

	static String document(Directory directory) {
		return namespace(directory.namespace()) + NAMES.encode(directory.kind()) + "/" + NAMES.encode(directory.name());
	}

	static String format(String namespace) {
		return namespace(namespace) + ".format";
	}

	/** Something to write to, so that the server counts one change more. */
	static String count(String namespace) {
		return namespace(namespace) + ".count";
	}

	static String session(String id) {
		return "c/.session/" + id;
	}

	private static String namespace(String namespace) {
		return "c/" + NAMES.encode(namespace) + "/";
	}

}
