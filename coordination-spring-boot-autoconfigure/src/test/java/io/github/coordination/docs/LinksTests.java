package io.github.coordination.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows the links among the pages: each leads to a file, and to a heading of it where
 * it names one. README leads to every page.
 */
class LinksTests {

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	@TestFactory
	Stream<DynamicTest> everyLinkLeadsSomewhere() {
		return Pages.all()
			.stream()
			.flatMap((page) -> links(page).map((link) -> DynamicTest
				.dynamicTest(Pages.ROOT.relativize(page) + " -> " + link, () -> assertLeadsSomewhere(page, link))));
	}

	@Test
	void readmeLeadsToEveryPage() {
		List<Path> listed = links(Pages.README).map((link) -> target(Pages.README, link)).toList();

		assertThat(Pages.find(Pages.DOCS, ".md").map(Path::normalize)).isNotEmpty().allMatch(listed::contains);
	}

	@Test
	void anchorsAreMadeAsOnGitHub() {
		assertThat(anchor("## Check the token, where it matters")).isEqualTo("check-the-token-where-it-matters");
		assertThat(anchor("# `local:` — one process")).isEqualTo("local--one-process");
	}

	private static void assertLeadsSomewhere(Path page, String link) {
		Path target = target(page, link);
		assertThat(target).exists();
		if (link.contains("#")) {
			assertThat(headings(target)).contains(link.substring(link.indexOf('#') + 1));
		}
	}

	/** Links within the project. */
	private static Stream<String> links(Path page) {
		return LINK.matcher(String.join("\n", Pages.lines(page)))
			.results()
			.map((found) -> found.group(1))
			.filter((link) -> !link.startsWith("http"));
	}

	private static Path target(Path page, String link) {
		String file = link.replaceFirst("#.*", "");
		return (file.isEmpty() ? page : page.resolveSibling(file)).normalize();
	}

	private static List<String> headings(Path page) {
		assertThat(page).isRegularFile();
		return Pages.lines(page).stream().filter((line) -> line.startsWith("#")).map(LinksTests::anchor).toList();
	}

	private static String anchor(String heading) {
		return heading.replaceFirst("#+ ", "")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^\\p{L}\\p{N} _-]", "")
			.replace(' ', '-');
	}

}
