package io.github.coordination.spi;

/**
 * Name of an entry.
 *
 * @param directory where it lives
 * @param id what it is called there
 */
public record EntryKey(Directory directory, String id) {

	@Override
	public String toString() {
		return this.directory + "/" + this.id;
	}

}
