package io.github.coordination.backend.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.support.NameEncoder;

/**
 * How names and entries are written in the tables, in ASCII and without blanks, so that
 * no collation makes two of them equal. A directory is {@code namespace/kind/name}; a
 * name longer than its column is cut and hashed, and then written whole in a label.
 */
final class Names {

	/** Of a column for a name. */
	static final int LONGEST = 120;

	private static final NameEncoder SHORT = new NameEncoder(LONGEST, true);

	private static final NameEncoder WHOLE = NameEncoder.reversible();

	private static final String HASHED = "~";

	private Names() {
	}

	static String of(String name) {
		return SHORT.encode(name);
	}

	static String of(Directory directory) {
		return SHORT.encode(directory.namespace()) + '/' + SHORT.encode(directory.kind()) + '/'
				+ SHORT.encode(directory.name());
	}

	/** The first directory of a namespace, were it to have an empty name. */
	static String first(String namespace) {
		return SHORT.encode(namespace) + '/';
	}

	/** What comes after the last directory of a namespace. */
	static String last(String namespace) {
		return SHORT.encode(namespace) + (char) ('/' + 1);
	}

	/** The label of a queue. */
	static String label(String key, Directory directory) {
		return key.contains(HASHED) ? whole(directory) : "";
	}

	/** The label of a row. */
	static String label(String key, Directory directory, String shortId, String id) {
		return (key.contains(HASHED) || shortId.contains(HASHED)) ? whole(directory) + '/' + WHOLE.encode(id) : "";
	}

	static Directory directory(String namespace, String key, String label) {
		String[] words = key.split("/", 3);
		if (label.isEmpty()) {
			return new Directory(namespace, SHORT.decode(words[1]), SHORT.decode(words[2]));
		}
		String[] whole = label.split("/", 3);
		return new Directory(namespace, WHOLE.decode(whole[0]), WHOLE.decode(whole[1]));
	}

	static String id(String shortId, String label) {
		return label.isEmpty() ? SHORT.decode(shortId) : WHOLE.decode(label.substring(label.lastIndexOf('/') + 1));
	}

	/** An id as a word that can be sent about, and read again. */
	static String word(String id) {
		return WHOLE.encode(id);
	}

	static String fromWord(String word) {
		return WHOLE.decode(word);
	}

	static String text(byte[] value) {
		return Base64.getEncoder().encodeToString(value);
	}

	static byte[] value(String text) {
		return Base64.getDecoder().decode(text);
	}

	/** What an entry of a queue begins with. */
	static String mark(String id) {
		return '(' + id + ',';
	}

	/** What all entries of a session begin with. */
	static String marks(String session) {
		return '(' + session + '.';
	}

	/** An entry of a queue as it stands there. */
	static String queued(Entry entry) {
		String revised = (entry.revision() == entry.createRevision()) ? "" : Long.toString(entry.revision());
		return head(entry.id(), entry.tag()) + entry.createRevision() + ',' + revised + ',' + text(entry.value()) + ')';
	}

	/** What an entry that is replaced becomes, up to its new revision. */
	static String requeuedHead(Entry entry) {
		return head(entry.id(), entry.tag()) + entry.createRevision() + ',';
	}

	/** What comes after that. */
	static String requeuedTail(byte[] value) {
		return ',' + text(value) + ')';
	}

	/** The channel on which changes in a namespace are told. */
	static String channel(String namespace) {
		return "coordination_" + UUID.nameUUIDFromBytes(namespace.getBytes(StandardCharsets.UTF_8));
	}

	/** What an entry of a queue is, up to its creation revision. */
	static String head(String id, String tag) {
		return '(' + id + ',' + tag + ',';
	}

	/** What comes after the creation revision of a new entry. */
	static String tail(byte[] value) {
		return ",," + text(value) + ')';
	}

	/**
	 * Read a queue's text. What is not understood is left out.
	 * @return the entries in order
	 */
	static List<Queued> parse(String entries) {
		List<Queued> queue = new ArrayList<>(1);
		int begin = entries.indexOf('(');
		while (begin >= 0) {
			int end = entries.indexOf(')', begin);
			int next = entries.indexOf('(', begin + 1);
			if (end < 0) {
				break;
			}
			if (next < 0 || next > end) {
				String[] words = entries.substring(begin + 1, end).split(",", -1);
				if (words.length == 5 && !words[0].isEmpty() && isNumber(words[2])
						&& (words[3].isEmpty() || isNumber(words[3]))) {
					queue.add(new Queued(words[0], words[1], Long.parseLong(words[2]),
							Long.parseLong(words[3].isEmpty() ? words[2] : words[3]), words[4]));
				}
			}
			begin = next;
		}
		return queue;
	}

	/** How many entries the database counts in a queue's text. */
	static long count(String entries) {
		return entries.chars().filter((each) -> each == '(').count();
	}

	private static String whole(Directory directory) {
		return WHOLE.encode(directory.kind()) + '/' + WHOLE.encode(directory.name());
	}

	private static boolean isNumber(String word) {
		return !word.isEmpty() && word.length() < 19 && word.chars().allMatch((each) -> each >= '0' && each <= '9');
	}

	/**
	 * An entry of a queue.
	 *
	 * @param id its id
	 * @param tag its tag
	 * @param createRevision when it was created
	 * @param revision when it was changed
	 * @param content its value, encoded
	 */
	record Queued(String id, String tag, long createRevision, long revision, String content) {
	}

}
