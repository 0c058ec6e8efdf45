package io.github.coordination.backend.consul;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Names of entries in Consul, {@code <prefix>/<namespace>/<kind>/<name>/<id>}, each part
 * encoded, and what their pairs look like: the flags say that the pair is an entry,
 * whether it is bound to a session, and how many may be ahead of it; the value is {length
 * of the tag, tag, value}. The key {@code .format} of a namespace is no entry; no encoded
 * part begins with a dot.
 *
 * <p>
 * Consul cannot count in a step, so an entry that has too many ahead of it is made and
 * removed again. It says how many it takes, and whoever lists leaves it out while it has
 * more: what is ahead can only go, so it had too many when it was made, and is as good as
 * gone.
 */
final class Keys {

	/** How many may be ahead of an entry that takes any number. */
	static final int ANY = 0xffff;

	/** What the flags of all entries have in common, a random number. */
	private static final long ENTRY = 0x26_a17b_3e00_0000L;

	/** Flags of a persistent entry. */
	static final long PERSISTENT = ENTRY | ANY;

	private static final long BOUND = ENTRY | 0x1_0000;

	private static final int MAX_TAG = 16;

	/** Long enough for any name, so that every key can be read back. */
	private static final NameEncoder NAMES = NameEncoder.reversible();

	private static final Comparator<Found> BY_CREATION = Comparator
		.comparingLong((Found found) -> found.entry().createRevision());

	private final String prefix;

	private final String namespace;

	private final String root;

	Keys(String prefix, String namespace) {
		this.prefix = prefix;
		this.namespace = namespace;
		this.root = prefix + NAMES.encode(namespace) + "/";
	}

	/** What all keys of the namespace begin with. */
	String root() {
		return this.root;
	}

	String format() {
		return this.root + ".format";
	}

	/** What the keys of a directory's entries begin with. */
	String directory(Directory directory) {
		String start = directory.namespace().equals(this.namespace) ? this.root
				: this.prefix + NAMES.encode(directory.namespace()) + "/";
		return start + NAMES.encode(directory.kind()) + "/" + NAMES.encode(directory.name()) + "/";
	}

	String entry(EntryKey key) {
		return directory(key.directory()) + NAMES.encode(key.id());
	}

	/** What the keys beside a key begin with. */
	static String directoryOf(String key) {
		return key.substring(0, key.lastIndexOf('/') + 1);
	}

	/** The longest beginning of both that ends with a separator. */
	static String common(@Nullable String a, String b) {
		if (a == null) {
			return b;
		}
		int length = 0;
		while (length < a.length() && length < b.length() && a.charAt(length) == b.charAt(length)) {
			length++;
		}
		return a.substring(0, a.lastIndexOf('/', length - 1) + 1);
	}

	/** The id in an entry's key, {@code null} if it is foreign. */
	static @Nullable String id(String key) {
		String word = key.substring(key.lastIndexOf('/') + 1);
		try {
			String id = NAMES.decode(word);
			return (!id.isEmpty() && NAMES.encode(id).equals(word)) ? id : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** The value of a pair, as Consul wants it in JSON. */
	static String value(String tag, byte[] value) {
		byte[] bytes = tag.getBytes(StandardCharsets.US_ASCII);
		return base64(ByteBuffer.allocate(1 + bytes.length + value.length)
			.put((byte) bytes.length)
			.put(bytes)
			.put(value)
			.array());
	}

	static String base64(byte[] value) {
		return Base64.getEncoder().encodeToString(value);
	}

	/** The text in a value that is no entry's; empty if there is none. */
	static String text(String value) {
		try {
			return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

	/** Flags of an entry that is bound to a session. */
	static long bound(int maxAhead) {
		return BOUND + Math.min(maxAhead, ANY);
	}

	/** Read a directory's entries, the oldest first; what is foreign is left out. */
	List<Found> all(List<Pair> pairs, Directory directory) {
		String start = directory(directory);
		List<Found> all = new ArrayList<>(pairs.size());
		for (Pair pair : pairs) {
			Entry entry = directoryOf(pair.key()).equals(start) ? entry(pair, directory) : null;
			if (entry != null) {
				all.add(new Found(entry, (int) (pair.flags() & ANY)));
			}
		}
		all.sort(BY_CREATION);
		return all;
	}

	/** Read those entries that do not have too many ahead of them. */
	List<Entry> entries(List<Pair> pairs, Directory directory) {
		List<Found> all = all(pairs, directory);
		List<Entry> entries = new ArrayList<>(all.size());
		for (int i = 0; i < all.size(); i++) {
			if (all.get(i).isPlaced(i)) {
				entries.add(all.get(i).entry());
			}
		}
		return entries;
	}

	private static @Nullable Entry entry(Pair pair, Directory directory) {
		String id = id(pair.key());
		boolean isBound = (pair.flags() | ANY) == (BOUND | ANY);
		// an entry that is to be bound and is not was left by somebody who unlocked it
		if (id == null || (!isBound && pair.flags() != PERSISTENT) || isBound != (pair.session() != null)) {
			return null;
		}
		try {
			byte[] bytes = Base64.getDecoder().decode(pair.value());
			int tag = (bytes.length > 0) ? bytes[0] : -1;
			if (tag < 0 || tag > MAX_TAG || tag >= bytes.length) {
				return null;
			}
			byte[] value = new byte[bytes.length - 1 - tag];
			System.arraycopy(bytes, 1 + tag, value, 0, value.length);
			return new Entry(directory.entry(id), new String(bytes, 1, tag, StandardCharsets.US_ASCII), value,
					pair.createIndex(), pair.modifyIndex(), pair.session());
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * An entry as it was found.
	 *
	 * @param entry the entry
	 * @param maxAhead how many may be ahead of it
	 */
	record Found(Entry entry, int maxAhead) {

		/** Whether it has its place, with so many ahead of it. */
		boolean isPlaced(int ahead) {
			return ahead <= this.maxAhead || this.maxAhead == ANY;
		}

	}

	/**
	 * A pair of Consul's.
	 *
	 * @param key its key
	 * @param flags a number of its writer's
	 * @param value its value in base 64
	 * @param session the session that holds it, {@code null} if none does
	 * @param createIndex when it was created
	 * @param modifyIndex when it was changed last
	 */
	record Pair(String key, long flags, String value, @Nullable String session, long createIndex, long modifyIndex) {
	}

}
