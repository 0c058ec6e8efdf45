package io.github.coordination.backend.memcached;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * Commands of memcached's text protocol that are sent at once and carried out one after
 * the other. Keys are made by {@link Names}, so there is nothing in them that could end a
 * command.
 */
final class Request {

	private static final byte[] END = { '\r', '\n' };

	private byte[] bytes = new byte[256];

	private int length;

	private int replies;

	/** The command that names a user: a value that is stored nowhere. */
	static Request login(String userAndPassword) {
		return new Request().store("set login 0 0 ", "", userAndPassword.getBytes(StandardCharsets.US_ASCII));
	}

	/** Read values, all in one reply. */
	Request get(Collection<String> keys) {
		put("get");
		for (String key : keys) {
			put(" ");
			put(key);
		}
		return end();
	}

	/** Read a value with its version. */
	Request gets(String key) {
		put("gets ");
		put(key);
		return end();
	}

	/** Store a value if the key has none. */
	Request add(String key, long seconds, byte[] value) {
		return store("add " + key + " 0 " + seconds + " ", "", value);
	}

	Request set(String key, long seconds, byte[] value) {
		return store("set " + key + " 0 " + seconds + " ", "", value);
	}

	/** Store a value if the version is this one. */
	Request cas(String key, long seconds, byte[] value, long version) {
		return store("cas " + key + " 0 " + seconds + " ", " " + Long.toUnsignedString(version), value);
	}

	/** Keep a value for longer. */
	Request touch(String key, long seconds) {
		put("touch " + key + " " + seconds);
		return end();
	}

	Request delete(String key) {
		put("delete " + key);
		return end();
	}

	Request stats() {
		put("stats");
		return end();
	}

	byte[] bytes() {
		return this.bytes;
	}

	int length() {
		return this.length;
	}

	int replies() {
		return this.replies;
	}

	private Request store(String command, String version, byte[] value) {
		put(command);
		put(Integer.toString(value.length));
		put(version);
		put(END);
		put(value);
		return end();
	}

	private Request end() {
		put(END);
		this.replies++;
		return this;
	}

	@SuppressWarnings("deprecation")
	private void put(String text) {
		ensure(text.length());
		// all of it is ASCII
		text.getBytes(0, text.length(), this.bytes, this.length);
		this.length += text.length();
	}

	private void put(byte[] value) {
		ensure(value.length);
		System.arraycopy(value, 0, this.bytes, this.length, value.length);
		this.length += value.length;
	}

	private void ensure(int more) {
		if (this.length + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(2 * this.bytes.length, this.length + more));
		}
	}

}
