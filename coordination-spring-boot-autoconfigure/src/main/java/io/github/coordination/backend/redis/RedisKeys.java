package io.github.coordination.backend.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.support.NameEncoder;

/**
 * What things are called in the server, and how an entry is written there. All keys of a
 * namespace have one hash tag, so that a cluster keeps them on one node:
 * {@code {coordination:<namespace>}:} and {@code store}, {@code revision},
 * {@code sessions}, {@code session:<id>}, {@code bound:<session id>} or
 * {@code entries:<kind>:<name>}. The last is a hash from the entries' ids to what
 * {@link #parse} reads, and the name of the channel on which its changes are told.
 */
final class RedisKeys {

	private static final NameEncoder WORDS = NameEncoder.reversible();

	private static final byte[] NONE = {};

	private final String namespace;

	private final String prefix;

	private final byte[] store;

	private final byte[] revision;

	private final byte[] sessions;

	RedisKeys(String namespace) {
		this.namespace = namespace;
		this.prefix = "{coordination:" + WORDS.encode(namespace) + "}:";
		this.store = latin1(this.prefix + "store");
		this.revision = latin1(this.prefix + "revision");
		this.sessions = latin1(this.prefix + "sessions");
	}

	byte[] store() {
		return this.store;
	}

	byte[] revision() {
		return this.revision;
	}

	byte[] sessions() {
		return this.sessions;
	}

	byte[] session(String id) {
		return latin1(this.prefix + "session:" + id);
	}

	byte[] bound(String sessionId) {
		return latin1(this.prefix + "bound:" + sessionId);
	}

	byte[] directory(Directory directory) {
		return latin1(channel(directory));
	}

	/** The key of a directory as text. */
	String channel(Directory directory) {
		return this.prefix + "entries:" + WORDS.encode(directory.kind()) + ":" + WORDS.encode(directory.name());
	}

	/** What follows the revision of a new entry. */
	static byte[] rest(String sessionId, String tag, byte[] value) {
		byte[] head = latin1("  " + sessionId + " " + tag + " ");
		byte[] rest = Arrays.copyOf(head, head.length + value.length);
		System.arraycopy(value, 0, rest, head.length, value.length);
		return rest;
	}

	/** What an entry must begin with to be the one that was read. */
	static byte[] head(Entry entry) {
		String changed = (entry.revision() == entry.createRevision()) ? "" : Long.toString(entry.revision());
		String session = (entry.sessionId() != null) ? entry.sessionId() : "";
		return latin1(entry.createRevision() + " " + changed + " " + session + " " + entry.tag() + " ");
	}

	/**
	 * Read an entry of a directory.
	 * @return the entry, empty if this is not one
	 */
	static Optional<Entry> parse(EntryKey key, byte[] item) {
		int[] ends = new int[4];
		int found = 0;
		for (int i = 0; i < item.length && found < 4; i++) {
			if (item[i] == ' ') {
				ends[found++] = i;
			}
		}
		long created = (found == 4) ? number(item, 0, ends[0]) : -1;
		if (created < 0) {
			return Optional.empty();
		}
		long changed = (ends[1] == ends[0] + 1) ? created : number(item, ends[0] + 1, ends[1]);
		if (changed < 0) {
			return Optional.empty();
		}
		String session = text(item, ends[1] + 1, ends[2]);
		byte[] value = (ends[3] + 1 == item.length) ? NONE : Arrays.copyOfRange(item, ends[3] + 1, item.length);
		return Optional.of(new Entry(key, text(item, ends[2] + 1, ends[3]), value, created, changed,
				session.isEmpty() ? null : session));
	}

	/**
	 * Read what a script answers that has appended an entry, or found that it had before.
	 */
	static Placement placement(EntryKey key, String tag, byte[] value, String sessionId, byte[] reply) {
		Entry entry;
		int at;
		if (reply[0] == '=') {
			int colon = find(reply, ':', 1);
			at = colon + 1 + (int) number(reply, 1, colon);
			entry = parse(key, Arrays.copyOfRange(reply, colon + 1, at))
				.orElseThrow(() -> new IllegalStateException("an entry of this session cannot be read"));
		}
		else {
			at = find(reply, ' ', 0);
			long revision = number(reply, 0, at);
			entry = new Entry(key, tag, value, revision, revision, sessionId);
		}
		if (at == reply.length) {
			return new Placement(entry, List.of());
		}
		List<Ahead> ahead = new ArrayList<>();
		while (at < reply.length) {
			int middle = find(reply, ' ', at + 1);
			int end = find(reply, ' ', middle + 1);
			ahead.add(new Ahead(text(reply, at + 1, middle), text(reply, middle + 1, end)));
			at = end;
		}
		return new Placement(entry, ahead);
	}

	/**
	 * Read the name under which a session keeps one of its entries.
	 * @return the key, {@code null} if this is not such a name
	 */
	@Nullable EntryKey parse(byte[] bound) {
		String name = utf8(bound);
		int slash = name.indexOf('/');
		String directory = this.prefix + "entries:";
		int colon = name.indexOf(':', directory.length());
		if (!name.startsWith(directory) || colon < 0 || slash < colon) {
			return null;
		}
		try {
			return new Directory(this.namespace, WORDS.decode(name.substring(directory.length(), colon)),
					WORDS.decode(name.substring(colon + 1, slash)))
				.entry(name.substring(slash + 1));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** Read a number of up to 18 digits; -1 if it is none. */
	static long number(byte[] digits, int from, int to) {
		if (from == to || to - from > 18) {
			return -1;
		}
		long number = 0;
		for (int i = from; i < to; i++) {
			int digit = digits[i] - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = number * 10 + digit;
		}
		return number;
	}

	/** What has a character for each byte: all but names, ids and values. */
	static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String utf8(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private static int find(byte[] bytes, char wanted, int from) {
		int at = from;
		while (at < bytes.length && bytes[at] != wanted) {
			at++;
		}
		return at;
	}

	private static String text(byte[] bytes, int from, int to) {
		return (from == to) ? "" : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
	}

}
