package io.github.coordination.backend.memcached;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static io.github.coordination.backend.memcached.MemcachedFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("memcached")
class DocumentTests {

	private final Directory directory = new Directory("\u00e4pp", "lock", "a\r\nget b");

	private final Document document = new Document(this.directory, 5, 9,
			List.of(new Entry(this.directory.entry("one\u0000"), "x", bytes("v"), 6, 8, "s-1"),
					new Entry(this.directory.entry("two"), "", new byte[0], 7, 7, null)),
			List.of(new byte[] { 2, 3 }, new byte[0]));

	@Test
	void bytesAreReadBack() {
		Document read = Document.decode(this.document.encode(), this.directory);

		assertThat(read).usingRecursiveComparison().isEqualTo(this.document);
		assertThat(read.encode()).isEqualTo(this.document.encode());
	}

	@Test
	void everyChangeTakesARevisionAndKeepsWhatIsForeign() {
		Document changed = this.document.with(List.of());

		assertThat(changed.last()).isEqualTo(10);
		assertThat(changed.born()).isEqualTo(5);
		assertThat(changed.foreign()).isEqualTo(this.document.foreign());
		assertThat(changed.isEmpty()).isFalse();
	}

	@Test
	void entriesOfSessionsThatAreOverAreLeftOut() {
		assertThat(this.document.sessions()).containsExactly("s-1");
		assertThat(this.document.without(Set.of("s-1")).entries()).extracting(Entry::id).containsExactly("two");
		assertThat(this.document.without(Set.of("s-2")).entries()).hasSize(2);
	}

	@Test
	void documentOfAnotherNameIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Document.decode(this.document.encode(), new Directory("\u00e4pp", "lock", "b")));
		assertThatIllegalArgumentException().isThrownBy(
				() -> Document.decode(this.document.encode(), new Directory("\u00e4pp", "group", "a\r\nget b")));
	}

	@Test
	void brokenBytesAreRefusedAndHarmNothing() {
		byte[] bytes = this.document.encode();
		for (int length = 0; length < bytes.length; length++) {
			byte[] torn = Arrays.copyOf(bytes, length);
			assertThatIllegalArgumentException().isThrownBy(() -> Document.decode(torn, this.directory));
		}
		Random random = new Random(1);
		for (int i = 0; i < 20_000; i++) {
			byte[] changed = bytes.clone();
			changed[random.nextInt(changed.length)] = (byte) random.nextInt();
			try {
				Document.decode(changed, this.directory);
			}
			catch (IllegalArgumentException ex) {
				// as it may be
			}
		}
	}

	@Test
	void sessionThatCouldEndACommandIsForeign() {
		for (String session : List.of("a b", "a\r\nflush_all", "a/b", "\u00e4", "x".repeat(65))) {
			List<Entry> entries = new ArrayList<>(this.document.entries());
			entries.add(new Entry(this.directory.entry("bad"), "", new byte[0], 8, 8, session));

			Document read = Document.decode(new Document(this.directory, 5, 9, entries, List.of()).encode(),
					this.directory);

			assertThat(read.entries()).extracting(Entry::id).doesNotContain("bad");
			assertThat(read.foreign()).hasSize(1);
		}
	}

	@Test
	void keysAreShortAndEndNoCommand() {
		String longest = "\ud83d\ude00".repeat(128);
		for (String name : List.of("a", "a b", "a\r\nflush_all", "\u0000", "..", "/", longest, "n".repeat(512))) {
			Directory hostile = new Directory(name, "semaphore", name);
			assertThat(Names.document(hostile)).matches("[!-~]{1,250}");
			assertThat(Names.format(name)).matches("[!-~]{1,250}");
		}
		assertThat(Names.document(new Directory("a", "lock", "n".repeat(512))))
			.isNotEqualTo(Names.document(new Directory("a", "lock", "n".repeat(511) + "m")));
	}

}
