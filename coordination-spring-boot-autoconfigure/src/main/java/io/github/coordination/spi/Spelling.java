package io.github.coordination.spi;

import java.util.Collection;
import java.util.Comparator;

/**
 * Finds the known word nearest to a misspelt one.
 */
public final class Spelling {

	private static final int FAR = 3;

	private Spelling() {
	}

	/**
	 * Suggest a known word.
	 * @param word the word as written
	 * @param known the words there are
	 * @return a sentence with a blank at its end, empty if nothing is near
	 */
	public static String suggest(String word, Collection<String> known) {
		return known.stream()
			.filter((candidate) -> distance(word, candidate) < Math.min(FAR, Math.max(word.length(), 2)))
			.min(Comparator.comparingInt((String candidate) -> distance(word, candidate)).thenComparing((c) -> c))
			.map((nearest) -> "Did you mean '" + nearest + "'? ")
			.orElse("");
	}

	/** Edits between two words (Levenshtein, 1965), a row at a time. */
	private static int distance(String a, String b) {
		int[] row = new int[b.length() + 1];
		for (int j = 0; j <= b.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= a.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= b.length(); j++) {
				int change = diagonal + ((a.charAt(i - 1) == b.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[b.length()];
	}

}
