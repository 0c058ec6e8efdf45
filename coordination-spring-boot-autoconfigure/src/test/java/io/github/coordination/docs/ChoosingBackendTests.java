package io.github.coordination.docs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the page on choosing a backend to README's table, which is held to the code: the
 * same urls, with the same promises.
 */
class ChoosingBackendTests {

	private static final Path PAGE = Pages.DOCS.resolve("choosing-a-backend.md");

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	@Test
	void pagePromisesWhatReadmePromises() {
		Map<String, String> inReadme = promises(Pages.table(Pages.README, "| url |"), 3);

		assertThat(inReadme).hasSizeGreaterThan(10);
		assertThat(promises(Pages.table(PAGE, "| url |"), 1)).isEqualTo(inReadme);
	}

	/** What each url promises; a row may name several. */
	private static Map<String, String> promises(List<List<String>> table, int column) {
		Map<String, String> promises = new HashMap<>();
		for (List<String> row : table) {
			CODE.matcher(row.get(0))
				.results()
				.map((MatchResult found) -> found.group(1))
				.forEach((url) -> promises.put(url, row.get(column)));
		}
		return promises;
	}

}
