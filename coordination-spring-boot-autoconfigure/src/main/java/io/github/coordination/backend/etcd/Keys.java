package io.github.coordination.backend.etcd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Names of entries in etcd, {@code /coordination/<namespace>/<kind>/<name>/<id>/<tag>}.
 * Every part but the tag is encoded, so that none has a separator in it, and all end with
 * one, so that what begins with the key of {@code a} never belongs to {@code ab}. The tag
 * is in the key for those who read keys only. Two keys of a namespace are no entries:
 * {@code .format}, and {@code .session/<id>} for each session; no encoded part begins
 * with a dot.
 */
final class Keys {

	/** Above every key that begins with a prefix that ends with the separator. */
	private static final char AFTER_SEPARATOR = '/' + 1;

	/** Long enough for any name, so that every key can be read back. */
	private static final NameEncoder NAMES = new NameEncoder(3 * Directory.MAX_NAME_BYTES, true);

	private static final Comparator<Entry> BY_CREATION = Comparator.comparingLong(Entry::createRevision);

	private final String namespace;

	private final String root;

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
		String prefix = directory.namespace().equals(this.namespace) ? this.root : new Keys(directory.namespace()).root;
		return prefix + NAMES.encode(directory.kind()) + "/" + NAMES.encode(directory.name()) + "/";
	}

	/** What the key of an entry begins with, whatever its tag. */
	String entry(EntryKey key) {
		return directory(key.directory()) + NAMES.encode(key.id()) + "/";
	}

	ByteString entry(EntryKey key, String tag) {
		return ByteString.copyFromUtf8(entry(key) + tag);
	}

	/** The end of the range of keys that begin with a prefix. */
	static ByteString end(String prefix) {
		return ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + AFTER_SEPARATOR);
	}

	/**
	 * Read entries of a directory, the oldest first; what is foreign is left out.
	 * @param prefix what their keys begin with
	 */
	static List<Entry> entries(RangeResponse range, Directory directory, String prefix) {
		List<Entry> entries = new ArrayList<>(range.getKvsCount());
		for (KeyValue found : range.getKvsList()) {
			Entry entry = entry(found, found.getKey().toStringUtf8(), prefix.length(), directory);
			if (entry != null) {
				entries.add(entry);
			}
		}
		entries.sort(BY_CREATION);
		return entries;
	}

	/** Read an entry, {@code null} if it is foreign. */
	@Nullable Entry entry(KeyValue found) {
		String key = found.getKey().toStringUtf8();
		Directory directory = directory(key);
		return (directory != null) ? entry(found, key, endOfDirectory(key), directory) : null;
	}

	/** Where the directory's part of a key ends, {@code -1} if it has none. */
	static int endOfDirectory(String key) {
		int tag = key.lastIndexOf('/');
		return (tag > 0) ? key.lastIndexOf('/', tag - 1) + 1 : -1;
	}

	/** The id in an entry's key, {@code null} if it is foreign. */
	static @Nullable String id(String key, int start) {
		int end = key.lastIndexOf('/');
		return (start > 0 && end > start && isTag(key, end + 1)) ? decode(key.substring(start, end)) : null;
	}

	static String sessionId(long lease) {
		return Long.toHexString(lease);
	}

	private @Nullable Directory directory(String key) {
		int end = endOfDirectory(key);
		if (end <= this.root.length() || !key.startsWith(this.root)) {
			return null;
		}
		String[] words = key.substring(this.root.length(), end - 1).split("/", -1);
		String kind = (words.length == 2) ? decode(words[0]) : null;
		String name = (words.length == 2) ? decode(words[1]) : null;
		try {
			return (kind != null && name != null) ? new Directory(this.namespace, kind, name) : null;
		}
		catch (IllegalArgumentException ex) {
			// longer than any of ours
			return null;
		}
	}

	private static @Nullable Entry entry(KeyValue found, String key, int start, Directory directory) {
		String id = id(key, start);
		if (id == null) {
			return null;
		}
		String tag = key.substring(key.lastIndexOf('/') + 1);
		return new Entry(directory.entry(id), tag, found.getValue().toByteArray(), found.getCreateRevision(),
				found.getModRevision(), (found.getLease() != 0) ? sessionId(found.getLease()) : null);
	}

	private static boolean isTag(String key, int start) {
		for (int i = start; i < key.length(); i++) {
			if (!Character.isLetterOrDigit(key.charAt(i)) || key.charAt(i) > 'z') {
				return false;
			}
		}
		return true;
	}

	/** Read a word back, {@code null} if no name is written so. */
	private static @Nullable String decode(String word) {
		try {
			String name = NAMES.decode(word);
			return (!name.isEmpty() && NAMES.encode(name).equals(word)) ? name : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
