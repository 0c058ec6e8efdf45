package io.github.coordination;

/**
 * A number that grows with every grant of one name: whoever is granted it later holds the
 * larger token. A resource that remembers the largest token it has seen, and refuses
 * smaller ones, is safe even from a holder that was paused past its lease (Burrows, The
 * Chubby lock service, OSDI 2006, calls it a sequencer). Only tokens of exclusive grants
 * order writers; tokens of shared grants and of permits merely order the grants.
 *
 * @param value the number, comparable only among tokens of the same name and store
 */
public record FencingToken(long value) implements Comparable<FencingToken> {

	@Override
	public int compareTo(FencingToken other) {
		return Long.compare(this.value, other.value);
	}

	@Override
	public String toString() {
		return Long.toString(this.value);
	}

}
