package io.github.coordination.spi;

import java.util.Comparator;

import org.jspecify.annotations.Nullable;

import io.github.coordination.MisuseException;

/**
 * An entry as it was when it was read.
 *
 * @param key its name
 * @param tag short word that lists show without reading values; empty if it has none
 * @param value its bytes; neither the backend nor the caller changes them
 * @param createRevision set when the entry is created and kept until it is deleted
 * @param revision set by the last change
 * @param sessionId the session it is bound to, {@code null} if it is persistent
 */
public record Entry(EntryKey key, String tag, byte[] value, long createRevision, long revision,
		@Nullable String sessionId) {

	/**
	 * The order in which entries were created.
	 */
	public static final Comparator<Entry> OLDEST_FIRST = Comparator.comparingLong(Entry::createRevision);

	/**
	 * Refuse a value that is too large for a store.
	 * @param value the value
	 * @param most how many bytes it may have
	 * @throws MisuseException if it has more
	 */
	public static void requireSize(byte[] value, int most) {
		if (value.length > most) {
			throw new MisuseException("a value of " + value.length + " bytes is too large: use at most " + most);
		}
	}

	/**
	 * Return the entry's id.
	 * @return what it is called in its directory
	 */
	public String id() {
		return this.key.id();
	}

}
