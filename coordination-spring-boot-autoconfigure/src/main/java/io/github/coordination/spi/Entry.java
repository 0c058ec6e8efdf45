package io.github.coordination.spi;

import org.jspecify.annotations.Nullable;

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
	 * Return the entry's id.
	 * @return what it is called in its directory
	 */
	public String id() {
		return this.key.id();
	}

}
