package io.github.coordination.backend.consul;

/**
 * Operations of a step, as Consul wants them in JSON. Nothing has to be escaped: keys are
 * made of letters, digits and {@code %._-~/}, session ids of hexadecimal digits and
 * {@code -}, values are base 64.
 */
final class Operation {

	private Operation() {
	}

	/** Refused if the key exists. */
	static String isAbsent(String key) {
		return verb("check-not-exists", key, "");
	}

	/** Refused unless the pair was changed last at this index. */
	static String isUnchanged(String key, long index) {
		return verb("check-index", key, ",\"Index\":" + index);
	}

	/** Refused unless the session holds the pair. */
	static String isHeldBy(String key, String session) {
		return verb("check-session", key, ",\"Session\":\"" + session + "\"");
	}

	static String set(String key, String value) {
		return verb("set", key, ",\"Flags\":" + Keys.PERSISTENT + ",\"Value\":\"" + value + "\"");
	}

	/** Write a pair for a session; refused if the session does not exist. */
	static String setFor(String session, String key, long flags, String value) {
		return verb("lock", key,
				",\"Flags\":" + flags + ",\"Session\":\"" + session + "\",\"Value\":\"" + value + "\"");
	}

	/** Replace a value if the index is this one; the pair's session keeps it. */
	static String replace(String key, long index, long flags, String value) {
		return verb("cas", key, ",\"Index\":" + index + ",\"Flags\":" + flags + ",\"Value\":\"" + value + "\"");
	}

	static String delete(String key) {
		return verb("delete", key, "");
	}

	static String list(String start) {
		return verb("get-tree", start, "");
	}

	private static String verb(String verb, String key, String more) {
		return "{\"KV\":{\"Verb\":\"" + verb + "\",\"Key\":\"" + key + "\"" + more + "}}";
	}

}
