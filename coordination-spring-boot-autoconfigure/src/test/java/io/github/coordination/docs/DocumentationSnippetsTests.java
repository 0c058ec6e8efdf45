package io.github.coordination.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the Java of the documentation to the compiler: each block must stand, line by
 * line, in a source that the build compiles. Indentation, blank lines and the blanks
 * between words do not count, and a line of {@code // ...} stands for any lines.
 */
class DocumentationSnippetsTests {

	private static final String FENCE = "```";

	/** Leaves each part its line breaks. */
	private static final String ELISION = "(?<=\n)// \\.\\.\\.(?=\n)";

	/** Compiled sources, each as one text of normalised lines. */
	private final List<String> sources = Pages.find(Pages.ROOT, ".java")
		.filter((path) -> !path.toString().contains("/target/"))
		.map((path) -> normalise(Pages.lines(path)))
		.toList();

	@TestFactory
	Stream<DynamicTest> everyBlockIsCompiled() {
		return Pages.all()
			.stream()
			.flatMap((page) -> blocks(Pages.lines(page)).stream()
				.map((block) -> DynamicTest.dynamicTest(Pages.ROOT.relativize(page) + ":" + block.line(),
						() -> assertCompiled(block))));
	}

	@Test
	void blocksAreFound() {
		List<Block> found = blocks(List.of("text", "```java", "int a;", "", "  int b;", "```", "```yaml", "c: d", "```",
				"  ```java", "int e;", "  ```"));

		assertThat(found).containsExactly(new Block(2, List.of("int a;", "", "  int b;")),
				new Block(10, List.of("int e;")));
		assertThat(normalise(found.get(0).lines())).isEqualTo("\nint a;\nint b;\n");
	}

	@Test
	void linesMayBeLeftOut() {
		String source = "\na\nb\nc\nd\n";

		assertThat(hasInOrder(source, "\na\n// ...\nd\n")).isTrue();
		assertThat(hasInOrder(source, "\nb\nc\n")).isTrue();
		assertThat(hasInOrder(source, "\na\nc\n")).isFalse();
		assertThat(hasInOrder(source, "\nd\n// ...\na\n")).isFalse();
	}

	private void assertCompiled(Block block) {
		String wanted = normalise(block.lines());
		assertThat(this.sources).withFailMessage("No compiled source has these lines:%n%s", wanted)
			.anyMatch((source) -> hasInOrder(source, wanted));
	}

	private static boolean hasInOrder(String source, String wanted) {
		int from = 0;
		for (String part : wanted.split(ELISION)) {
			int found = source.indexOf(part, from);
			if (found < 0) {
				return false;
			}
			// the line break at its end begins the next part
			from = found + part.length() - 1;
		}
		return true;
	}

	private static List<Block> blocks(List<String> lines) {
		List<Block> blocks = new ArrayList<>();
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).strip().equals(FENCE + "java")) {
				List<String> block = lines.subList(i + 1, lines.size())
					.stream()
					.takeWhile((line) -> !line.strip().equals(FENCE))
					.toList();
				blocks.add(new Block(i + 1, block));
			}
		}
		return blocks;
	}

	private static String normalise(List<String> lines) {
		StringBuilder text = new StringBuilder("\n");
		lines.stream()
			.map((line) -> line.strip().replaceAll("\\s+", " "))
			.filter((line) -> !line.isEmpty())
			.forEach((line) -> text.append(line).append('\n'));
		return text.toString();
	}

	/**
	 * A block of Java on a page.
	 *
	 * @param line where its fence stands
	 * @param lines what it says
	 */
	private record Block(int line, List<String> lines) {
	}

}
