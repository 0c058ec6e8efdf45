package io.github.coordination.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages that users read.
 */
final class Pages {

	/** Where the project lies, as tests see it. */
	static final Path ROOT = Path.of("..");

	static final Path README = ROOT.resolve("README.md");

	static final Path DOCS = ROOT.resolve("docs");

	private Pages() {
	}

	/** README and everything in docs. */
	static List<Path> all() {
		return Stream.concat(Stream.of(README), find(DOCS, ".md")).toList();
	}

	static Stream<Path> find(Path directory, String suffix) {
		try (Stream<Path> found = Files.walk(directory)) {
			return found.filter((path) -> path.toString().endsWith(suffix)).sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The rows of the table that begins with this line, without their links. */
	static List<List<String>> table(Path page, String head) {
		return lines(page).stream()
			.dropWhile((line) -> !line.startsWith(head))
			.skip(2)
			.takeWhile((line) -> line.startsWith("|"))
			.map((line) -> line.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
			.map((line) -> Stream.of(line.substring(1).split("(?<!\\\\)\\|")).map(String::strip).toList())
			.toList();
	}

}
