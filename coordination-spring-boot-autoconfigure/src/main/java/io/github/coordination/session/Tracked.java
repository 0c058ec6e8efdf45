package io.github.coordination.session;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Entry;

/**
 * Something that has an entry in a session, or is about to. Its methods return at once
 * and run nobody else's code.
 */
public interface Tracked {

	/**
	 * Return the entry.
	 * @return the entry, {@code null} until the store has confirmed it
	 */
	@Nullable Entry entry();

	/**
	 * The session ended, or the store no longer has the entry. Called once at the most.
	 */
	void lost();

	/**
	 * The session is confirmed again after it was in doubt.
	 */
	void resumed();

}
