package io.github.coordination.spi.support;

import io.github.coordination.ConfigurationException;

/**
 * The marker of a namespace, {@code <format version> <random id>}. It says whether this
 * version of the library understands what is there, and tells the store from one that was
 * emptied or replaced. Safe for use by several threads.
 */
public final class NamespaceMarker {

	private static final String SETTING = "coordination.namespace";

	private final String store;

	private final int known;

	private volatile boolean understood;

	/**
	 * Create it; nothing was read yet.
	 * @param store what the store is called, for messages
	 * @param known the format version that is written, and the newest that is understood
	 */
	public NamespaceMarker(String store, int known) {
		this.store = store;
		this.known = known;
	}

	/**
	 * Return what to mark a new namespace with.
	 * @param id a new random id
	 * @return the marker's text, in ASCII
	 */
	public String fresh(String id) {
		return this.known + " " + id;
	}

	/**
	 * Return whether the marker was understood when it was checked last.
	 * @return {@code false} too if it was not checked yet
	 */
	public boolean isUnderstood() {
		return this.understood;
	}

	/**
	 * Check the marker that was found.
	 * @param text all of its text
	 * @param key where it was found, for messages
	 * @throws ConfigurationException if a newer version wrote it, or something else
	 */
	public void check(String text, String key) {
		this.understood = false;
		int format;
		try {
			format = Integer.parseInt(text.split(" ", 2)[0]);
		}
		catch (NumberFormatException ex) {
			throw new ConfigurationException(SETTING,
					this.store + "'s key " + key + " was not written by this library.",
					"Use another namespace, or remove that key.");
		}
		if (format > this.known) {
			throw new ConfigurationException(SETTING, "its data in " + this.store + " has format version " + format
					+ ", and this version knows " + this.known + ".",
					"Update this application, or use another namespace.");
		}
		this.understood = true;
	}

}
