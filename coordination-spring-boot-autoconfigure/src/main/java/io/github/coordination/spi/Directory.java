package io.github.coordination.spi;

/**
 * Where entries live: all entries of one name and kind in a namespace. A directory needs
 * no creation and leaves nothing behind when it is empty, except what keeps revisions
 * growing.
 *
 * @param namespace separates applications that share a store
 * @param kind what the entries are for, from a fixed small set of ASCII words
 * @param name the user's name, any valid Unicode of 1 to {@value #MAX_NAME_BYTES} bytes
 * of UTF-8
 */
public record Directory(String namespace, String kind, String name) {

	/**
	 * Longest namespace, name or id, in bytes of UTF-8.
	 */
	public static final int MAX_NAME_BYTES = 512;

	public Directory {
		requireName("namespace", namespace);
		requireName("kind", kind);
		requireName("name", name);
	}

	/**
	 * Return the key of an entry in this directory.
	 * @param id the entry's id
	 * @return the key
	 */
	public EntryKey entry(String id) {
		return new EntryKey(this, id);
	}

	@Override
	public String toString() {
		return this.namespace + "/" + this.kind + "/" + this.name;
	}

	/**
	 * Check a name.
	 * @param what what the name is for, for the message
	 * @param name the name
	 * @throws IllegalArgumentException if it is empty, too long, or not valid Unicode
	 */
	public static void requireName(String what, String name) {
		int bytes = 0;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (c < 0x80) {
				bytes++;
			}
			else if (c < 0x800) {
				bytes += 2;
			}
			else if (!Character.isSurrogate(c)) {
				bytes += 3;
			}
			else if (Character.isHighSurrogate(c) && i + 1 < name.length()
					&& Character.isLowSurrogate(name.charAt(i + 1))) {
				bytes += 4;
				i++;
			}
			else {
				throw new IllegalArgumentException(
						what + " is not valid Unicode: half of a surrogate pair stands alone at position " + i);
			}
		}
		if (bytes == 0) {
			throw new IllegalArgumentException(what + " is empty: use 1 to " + MAX_NAME_BYTES + " bytes of UTF-8");
		}
		if (bytes > MAX_NAME_BYTES) {
			throw new IllegalArgumentException(what + " '" + name.substring(0, name.offsetByCodePoints(0, 20))
					+ "...' has " + bytes + " bytes of UTF-8: use at most " + MAX_NAME_BYTES);
		}
	}

}
