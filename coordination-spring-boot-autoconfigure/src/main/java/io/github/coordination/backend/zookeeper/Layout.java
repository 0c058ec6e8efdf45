package io.github.coordination.backend.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Where things are in ZooKeeper and what they look like there.
 *
 * <ul>
 * <li>{@code root/namespace}: the namespace, its data the format version and an identity;
 * <li>{@code .../.sessions/id}: a session, ephemeral, written by every renewal;
 * <li>{@code .../.guards/nonce}: there as long as one entry of a unique key is. ZooKeeper
 * compares versions only, and a node that was removed and created again has the same
 * version; the guard tells the two apart in one transaction;
 * <li>{@code .../kind/name}: a directory, a container that ZooKeeper removes when it is
 * empty;
 * <li>{@code .../kind/name/id}: an entry of a unique key;
 * <li>{@code .../kind/name/id.tag.0000000042}: a queued entry with ZooKeeper's number.
 * </ul>
 *
 * Data is a format byte, the session id and the nonce, each after its length and empty if
 * there is none, and the value. The encoder never writes a dot.
 *
 * @param namespace the namespace's path
 * @param name the namespace's name
 */
record Layout(String namespace, String name) {

	static final byte[] EMPTY = {};

	private static final byte FORMAT = 1;

	/** No name is ever so long that it becomes a digest: every path can be read back. */
	private static final NameEncoder NAMES = NameEncoder.reversible();

	static Layout of(String root, String namespace) {
		return new Layout(root + "/" + NAMES.encode(namespace), namespace);
	}

	String sessions() {
		return this.namespace + "/.sessions";
	}

	String session(String id) {
		return sessions() + "/" + id;
	}

	String guards() {
		return this.namespace + "/.guards";
	}

	String guard(String nonce) {
		return guards() + "/" + nonce;
	}

	String kind(Directory directory) {
		return this.namespace + "/" + NAMES.encode(directory.kind());
	}

	String directory(Directory directory) {
		return kind(directory) + "/" + NAMES.encode(directory.name());
	}

	/** The path of a unique key. */
	String unique(EntryKey key) {
		return directory(key.directory()) + "/" + NAMES.encode(key.id());
	}

	/** The path of a queued entry without its number. */
	static String queued(String directory, String id, String tag) {
		return directory + "/" + NAMES.encode(id) + "." + tag + ".";
	}

	/** Write a number as ZooKeeper does. */
	static String numbered(String prefix, int number) {
		if (number < 0) {
			return prefix + String.format(Locale.ROOT, "%010d", number);
		}
		String digits = Integer.toString(number);
		return prefix + "0000000000".substring(digits.length()) + digits;
	}

	/** Find the directory and the node's name in a path, {@code null} if foreign. */
	@Nullable NodeKey key(String path) {
		String[] parts = path.startsWith(this.namespace + "/") ? path.substring(this.namespace.length() + 1).split("/")
				: new String[0];
		NodeName node = (parts.length == 3) ? NodeName.parse(parts[2]) : null;
		if (node == null) {
			return null;
		}
		try {
			return new NodeKey(new Directory(this.name, NAMES.decode(parts[0]), NAMES.decode(parts[1])), node);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	static byte[] data(String session, String nonce, byte[] value) {
		byte[] data = new byte[3 + session.length() + nonce.length() + value.length];
		data[0] = FORMAT;
		int end = put(data, put(data, 1, session), nonce);
		System.arraycopy(value, 0, data, end, value.length);
		return data;
	}

	private static int put(byte[] data, int at, String word) {
		data[at] = (byte) word.length();
		byte[] ascii = word.getBytes(StandardCharsets.ISO_8859_1);
		System.arraycopy(ascii, 0, data, at + 1, ascii.length);
		return at + 1 + ascii.length;
	}

	/**
	 * A node's path below its directory.
	 *
	 * @param directory its directory
	 * @param node its name
	 */
	record NodeKey(Directory directory, NodeName node) {
	}

	/**
	 * A node's name, understood.
	 *
	 * @param id the entry's id
	 * @param tag its tag
	 * @param number ZooKeeper's number, which may have become negative
	 * @param isQueued whether it has a tag and a number
	 */
	record NodeName(String id, String tag, int number, boolean isQueued) {

		static @Nullable NodeName parse(String name) {
			try {
				int last = name.lastIndexOf('.');
				if (last < 0) {
					return new NodeName(NAMES.decode(name), "", 0, false);
				}
				int first = name.indexOf('.');
				if (first == last || name.indexOf('.', first + 1) != last || name.length() - last < 11) {
					return null;
				}
				return new NodeName(NAMES.decode(name.substring(0, first)), name.substring(first + 1, last),
						Integer.parseInt(name, last + 1, name.length(), 10), true);
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

	}

	/**
	 * A node as it was read.
	 *
	 * @param entry the entry it holds
	 * @param nonce names its guard, empty for a queued entry
	 * @param number ZooKeeper's number if it is queued
	 * @param version its version in ZooKeeper
	 */
	record Node(Entry entry, String nonce, int number, int version) {

		/** Read a node; {@code null} if it is foreign. */
		static @Nullable Node parse(Directory directory, NodeName name, byte @Nullable [] data, Stat stat) {
			if (data == null || data.length < 3 || data[0] != FORMAT) {
				return null;
			}
			int lengthAt = 2 + data[1];
			if (data[1] < 0 || data.length <= lengthAt || data[lengthAt] < 0
					|| data.length <= lengthAt + data[lengthAt]) {
				return null;
			}
			int valueAt = lengthAt + 1 + data[lengthAt];
			String session = new String(data, 2, data[1], StandardCharsets.ISO_8859_1);
			String nonce = new String(data, lengthAt + 1, data[lengthAt], StandardCharsets.ISO_8859_1);
			if (session.isEmpty() != (stat.getEphemeralOwner() == 0)) {
				return null;
			}
			return new Node(
					new Entry(directory.entry(name.id()), name.tag(), Arrays.copyOfRange(data, valueAt, data.length),
							stat.getCzxid(), stat.getMzxid(), session.isEmpty() ? null : session),
					nonce, name.number(), stat.getVersion());
		}

	}

}
