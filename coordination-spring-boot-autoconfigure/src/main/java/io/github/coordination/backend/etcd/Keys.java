package io.github.coordination.backend.etcd;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Where entries are in etcd. What begins with {@code /coordination/<namespace>/} goes on
 * in one of these ways:
 * <ul>
 * <li>{@code <kind>/<name>/<id>} is an entry.
 * <li>{@code <kind>/<name>/<session>/<slot>} is an entry of a queue; its id and its tag
 * stand before its value. Were the id in the key, every attempt would leave a key of its
 * own in etcd's index until that is compacted, and every look at the queue would pass
 * over all of them.
 * <li>{@code .format} is the namespace's marker, {@code .session/<session>} the key of a
 * session.
 * </ul>
 * All parts are encoded, so that none has a separator in it or begins with a dot; and as
 * prefixes end with a separator, what begins with that of {@code a} never belongs to
 * {@code ab}.
 */
final class Keys {

	private static final NameEncoder NAMES = NameEncoder.reversible();

	private static final System.Logger LOGGER = System.getLogger(Keys.class.getName());

	private final String namespace;

	private final String root;

	/** Of which it was said that something foreign is there. */
	private final Set<Directory> reported = ConcurrentHashMap.newKeySet();

	Keys(String namespace) {
		this.namespace = namespace;
		this.root = "/coordination/" + NAMES.encode(namespace) + "/";
	}

	/** What all keys of the namespace begin with. */
	String root() {
		return this.root;
	}

	ByteString format() {
		return ByteString.copyFromUtf8(this.root + ".format");
	}

	ByteString session(String id) {
		return ByteString.copyFromUtf8(this.root + ".session/" + id);
	}

	/** What the keys of a directory's entries begin with. */
	String directory(Directory directory) {
		return this.root + NAMES.encode(directory.kind()) + "/" + NAMES.encode(directory.name()) + "/";
	}

	/** The key of an entry that is in no queue. */
	ByteString entry(EntryKey key) {
		return ByteString.copyFromUtf8(directory(key.directory()) + NAMES.encode(key.id()));
	}

	/** What the key of an entry begins with if it is in a queue: all of its session. */
	String placesOf(EntryKey key) {
		int dot = key.id().lastIndexOf('.');
		return directory(key.directory()) + NAMES.encode(key.id().substring(0, Math.max(dot, 0))) + "/";
	}

	/** The key of an entry in a queue. */
	static ByteString place(String directory, String session, int slot) {
		return ByteString.copyFromUtf8(directory + session + "/" + slot);
	}

	/**
	 * The end of the range of keys that begin with a prefix that ends with a separator.
	 */
	static ByteString end(String prefix) {
		return ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1));
	}

	/** What is stored for an entry of a queue. */
	static byte[] queued(String id, String tag, byte[] value) {
		byte[] name = id.getBytes(StandardCharsets.UTF_8);
		byte[] word = tag.getBytes(StandardCharsets.UTF_8);
		byte[] stored = new byte[2 + name.length + word.length + value.length];
		stored[0] = (byte) name.length;
		stored[1] = (byte) word.length;
		System.arraycopy(name, 0, stored, 2, name.length);
		System.arraycopy(word, 0, stored, 2 + name.length, word.length);
		System.arraycopy(value, 0, stored, 2 + name.length + word.length, value.length);
		return stored;
	}

	static String sessionId(long lease) {
		return Long.toHexString(lease);
	}

	/**
	 * Read entries of a directory, the oldest first; what is foreign is left out, and
	 * counted once.
	 */
	List<Entry> entries(List<KeyValue> found, Directory directory) {
		List<Entry> entries = new ArrayList<>(found.size());
		int start = found.isEmpty() ? 0 : directory(directory).length();
		for (KeyValue each : found) {
			Entry entry = read(each, each.getKey().toStringUtf8(), start, directory);
			if (entry != null) {
				entries.add(entry);
			}
		}
		int foreign = found.size() - entries.size();
		if (foreign > 0 && this.reported.add(directory)) {
			LOGGER.log(Level.DEBUG, "{0} keys in {1} are not understood and left as they are", foreign, directory);
		}
		entries.sort(Entry.OLDEST_FIRST);
		return entries;
	}

	/** Read an entry, {@code null} if it is foreign. */
	@Nullable Entry entry(KeyValue found) {
		String key = found.getKey().toStringUtf8();
		int start = endOfDirectory(key);
		Directory directory = (start > 0) ? directory(key, start) : null;
		return (directory != null) ? read(found, key, start, directory) : null;
	}

	/** Where the directory's part of a key ends, {@code -1} if it is in none. */
	int endOfDirectory(String key) {
		int kind = key.indexOf('/', this.root.length());
		return (kind > 0) ? key.indexOf('/', kind + 1) + 1 : -1;
	}

	/**
	 * The id of an entry of which only its key may be known.
	 * @param found the entry, or nothing
	 * @return the id; empty if it cannot be known; {@code null} if the entry is foreign
	 */
	static @Nullable String id(String key, int start, KeyValue found) {
		if (key.indexOf('/', start) < 0) {
			return decode(key.substring(start));
		}
		if (found.getValue().isEmpty()) {
			return "";
		}
		return isPlace(found, key, start) ? head(found.getValue(), 2, length(found.getValue(), 0)) : null;
	}

	private @Nullable Directory directory(String key, int end) {
		int kind = key.indexOf('/', this.root.length());
		String kindName = decode(key.substring(this.root.length(), kind));
		String name = decode(key.substring(kind + 1, end - 1));
		try {
			return (kindName != null && name != null) ? new Directory(this.namespace, kindName, name) : null;
		}
		catch (IllegalArgumentException ex) {
			// longer than any of ours
			return null;
		}
	}

	private static @Nullable Entry read(KeyValue found, String key, int start, Directory directory) {
		ByteString stored = found.getValue();
		String session = (found.getLease() != 0) ? sessionId(found.getLease()) : null;
		if (isPlace(found, key, start)) {
			int id = length(stored, 0);
			int tag = length(stored, 1);
			return new Entry(directory.entry(head(stored, 2, id)), head(stored, 2 + id, tag),
					stored.substring(2 + id + tag).toByteArray(), found.getCreateRevision(), found.getModRevision(),
					session);
		}
		String id = (key.indexOf('/', start) < 0) ? decode(key.substring(start)) : null;
		return (id != null) ? new Entry(directory.entry(id), "", stored.toByteArray(), found.getCreateRevision(),
				found.getModRevision(), session) : null;
	}

	/** Whether it is in a queue: under its session's name, and long enough. */
	private static boolean isPlace(KeyValue found, String key, int start) {
		ByteString stored = found.getValue();
		int slash = key.indexOf('/', start);
		return slash > 0 && found.getLease() != 0 && key.startsWith(sessionId(found.getLease()) + "/", start)
				&& stored.size() >= 2 && stored.size() >= 2 + length(stored, 0) + length(stored, 1)
				&& length(stored, 0) > 0;
	}

	private static int length(ByteString stored, int index) {
		return stored.byteAt(index) & 0xff;
	}

	private static String head(ByteString stored, int start, int length) {
		return stored.substring(start, start + length).toStringUtf8();
	}

	/** Read a word back, {@code null} if no name is written so. */
	private static @Nullable String decode(String word) {
		try {
			String name = NAMES.decode(word);
			return name.isEmpty() ? null : name;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
