package io.github.coordination.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LineReader}.
 */
class LineReaderTests {

	@Test
	void nothingHasNoLines() throws IOException {
		assertThat(read("")).isEmpty();
		assertThat(read("\uFEFF")).isEmpty();
	}

	@Test
	void lastLineNeedsNoEnd() throws IOException {
		assertThat(read("a\nb")).containsExactly("1:a", "2:b");
		assertThat(read("a\nb\n")).containsExactly("1:a", "2:b");
	}

	@Test
	void linesEndInAnyWay() throws IOException {
		assertThat(read("a\r\nb\rc\n\nd\r\n\r\ne")).containsExactly("1:a", "2:b", "3:c", "4:", "5:d", "6:", "7:e");
		assertThat(read("a\r\n")).containsExactly("1:a");
	}

	@Test
	void byteOrderMarkIsSkippedAtTheBeginningOnly() throws IOException {
		assertThat(read("\uFEFFa\n\uFEFFb")).containsExactly("1:a", "2:\uFEFFb");
	}

	@Test
	void longLineIsCutAndTheNextOneIsWhole() throws IOException {
		assertThat(read("x".repeat(5_000_000) + "\nb")).containsExactly("1:" + "x".repeat(11), "2:b");
		assertThat(read("x".repeat(10) + "\nb")).containsExactly("1:" + "x".repeat(10), "2:b");
	}

	private static List<String> read(String content) throws IOException {
		List<String> lines = new ArrayList<>();
		try (LineReader reader = new LineReader(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)),
				10)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				lines.add(reader.number() + ":" + line);
			}
		}
		return lines;
	}

}
