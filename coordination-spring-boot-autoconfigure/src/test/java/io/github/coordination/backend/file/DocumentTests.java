package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a process that is killed while it writes leaves behind, at every byte of the
 * write.
 */
class DocumentTests {

	private static final Directory DIRECTORY = new Directory("app", "lock", "orders");

	@TempDir
	Path temporary;

	private Path file;

	@BeforeEach
	void nameTheFile() {
		this.file = this.temporary.resolve("document");
	}

	@Test
	void killAtAnyByteOfASmallWriteLeavesTheOldOrTheNewState() throws IOException {
		assertEitherStateAtEveryByte(content(3, 20), content(4, 20));
	}

	@Test
	void killAtAnyByteOfALargeWriteLeavesTheOldOrTheNewState() throws IOException {
		assertEitherStateAtEveryByte(content(3, 20), content(4, 700));
		assertEitherStateAtEveryByte(content(4, 700), content(3, 20));
		assertEitherStateAtEveryByte(content(4, 700), content(5, 700));
	}

	@Test
	void killAtAnyByteOfTheFirstWriteLeavesNothing() throws IOException {
		Document written = document();
		written.write(100, content(1, 20));
		written.close();
		byte[] after = Files.readAllBytes(this.file);
		byte[] marked = new byte[after.length];
		System.arraycopy(after, Document.SLOT, marked, Document.SLOT, after.length - Document.SLOT);
		for (int length = 0; length <= after.length; length++) {
			// first the empty second slot, byte by byte
			Files.write(this.file, Arrays.copyOf(marked, length));
			assertThat(load().entries()).isEmpty();
		}
		for (int length = 0; length < Document.SLOT; length++) {
			byte[] torn = marked.clone();
			System.arraycopy(after, 0, torn, 0, length);
			Files.write(this.file, torn);
			assertThat(load().entries()).hasSizeLessThanOrEqualTo(1);
		}
	}

	@Test
	void anyBrokenByteOfTheNewStateLeavesTheOldOne() throws IOException {
		byte[][] states = states(content(3, 20), content(4, 20));
		int broken = 0;
		for (int i = 0; i < states[1].length; i++) {
			if (i >= states[0].length || states[0][i] != states[1][i]) {
				byte[] bytes = states[1].clone();
				bytes[i] ^= 0x55;
				Files.write(this.file, bytes);
				assertThat(load().entries()).hasSize(3);
				broken++;
			}
		}
		assertThat(broken).isGreaterThan(100);
	}

	@Test
	void tornWriteDoesNotHinderTheNextOne() throws IOException {
		byte[][] states = states(content(3, 20), content(4, 20));
		byte[] torn = states[0].clone();
		int from = Arrays.mismatch(states[0], states[1]);
		System.arraycopy(states[1], from, torn, from, 50);
		Files.write(this.file, torn);
		Document document = document();

		document.load(true);
		document.write(300, content(5, 20));

		assertThat(load().entries()).hasSize(5);
		document.close();
	}

	@Test
	void readerThatHasTheDocumentOpenSeesEveryWrite() throws IOException {
		Document writer = document();
		Document reader = document();
		for (int i = 1; i < 20; i++) {
			writer.load(false);
			writer.write(1000 + i, content(i % 6, (i % 4) * 400));
			reader.load(false);
			assertThat(reader.content().entries()).hasSize(i % 6);
			assertThat(reader.generation()).isEqualTo(1000 + i);
			assertThat(DocumentReader.stamp(this.file)).isEqualTo(1000 + i);
		}
		writer.close();
		reader.close();
	}

	@Test
	void documentThatWasTidiedAwayIsFoundAgain() throws IOException {
		Document writer = document();
		Document reader = document();
		writer.write(100, content(0, 0));
		reader.load(false);
		writer.retire(101);
		assertThat(this.file).doesNotExist();
		writer.write(200, content(2, 10));

		reader.load(false);

		assertThat(reader.content().entries()).hasSize(2);
		writer.close();
		reader.close();
	}

	@Test
	void retiredDocumentThatWasNotRemovedIsEmpty() throws IOException {
		Document writer = document();
		writer.write(100, content(0, 0));
		Path copy = this.temporary.resolve("copy");
		Files.createLink(copy, this.file);
		writer.retire(101);
		Files.move(copy, this.file);

		assertThat(load().entries()).isEmpty();
		Document next = document();
		next.load(true);
		next.write(102, content(1, 10));

		assertThat(load().entries()).hasSize(1);
		next.close();
	}

	@Test
	void fileWithoutAnyValidStateIsNamedAndLeftAsItIs() throws IOException {
		byte[] state = states(content(3, 20), content(4, 20))[1];
		state[20] ^= 1;
		state[Document.SLOT + 20] ^= 1;
		for (byte[] bytes : List.of(state, "not ours".getBytes(), new byte[] { 1 })) {
			Files.write(this.file, bytes);
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(this::load)
				.withMessageContaining(this.file.toString());
			assertThat(Files.readAllBytes(this.file)).isEqualTo(bytes);
		}
	}

	@Test
	void documentOfAnotherNameIsNotTakenForOurs() throws IOException {
		Document other = new Document(this.file, new Directory("app", "lock", "Orders"), false);
		other.write(100, new Content(new Directory("app", "lock", "Orders"), false, List.of(), List.of()));
		other.close();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(this::load)
			.withMessageContaining("app/lock/Orders");
	}

	@Test
	void entryThatIsNotUnderstoodIsKept() throws IOException {
		byte[] foreign = { 99, 1, 2, 3 };
		Document document = document();
		document.write(100, new Content(DIRECTORY, false, content(2, 10).entries(), List.of(foreign, new byte[0])));
		Document other = document();
		other.load(true);

		assertThat(other.content().entries()).hasSize(2);
		other.write(101, new Content(DIRECTORY, false, List.of(), other.content().foreign()));

		assertThat(load().foreign()).containsExactly(foreign, new byte[0]);
		document.close();
		other.close();
	}

	@Test
	void anyBytesAreDecodedOrRefused() {
		byte[] bytes = DocumentCodec.encode(content(2, 10)).array();
		byte[] payload = Arrays.copyOfRange(bytes, DocumentCodec.HEAD, bytes.length);
		for (int i = 0; i < payload.length; i++) {
			for (int change : new int[] { 1, 0x80, 0xff }) {
				byte[] broken = payload.clone();
				broken[i] ^= (byte) change;
				try {
					DocumentCodec.decode(broken);
				}
				catch (IllegalArgumentException ex) {
					// refused
				}
			}
		}
	}

	private void assertEitherStateAtEveryByte(Content old, Content changed) throws IOException {
		byte[][] states = states(old, changed);
		int first = Arrays.mismatch(states[0], states[1]);
		boolean changedSeen = false;
		// the order of the writes: what lies behind the slots, then the slot from its
		// beginning
		List<Integer> order = new ArrayList<>();
		for (int i = 2 * Document.SLOT; i < states[1].length; i++) {
			order.add(i);
		}
		for (int i = first; i < Math.min(2 * Document.SLOT, states[1].length); i++) {
			order.add(i);
		}
		byte[] torn = Arrays.copyOf(states[0], Math.max(states[0].length, states[1].length));
		int step = (order.size() > 2000) ? 7 : 1;
		for (int done = 0; done < order.size(); done++) {
			int i = order.get(done);
			torn[i] = states[1][i];
			if (done % step == 0 || done > order.size() - 60) {
				Files.write(this.file, torn);
				int entries = load().entries().size();
				assertThat(entries).isIn(old.entries().size(), changed.entries().size());
				assertThat(changedSeen && entries == old.entries().size()).isFalse();
				changedSeen |= entries == changed.entries().size();
			}
		}
		assertThat(changedSeen).isTrue();
		Files.delete(this.file);
	}

	/** The file before and after a write. */
	private byte[][] states(Content old, Content changed) throws IOException {
		Document document = document();
		document.write(100, content(2, 5));
		document.write(101, old);
		byte[] before = Files.readAllBytes(this.file);
		document.write(102, changed);
		document.close();
		return new byte[][] { before, Files.readAllBytes(this.file) };
	}

	private Content load() throws IOException {
		Document document = document();
		try {
			document.load(true);
			return document.content();
		}
		finally {
			document.close();
		}
	}

	private Document document() {
		return new Document(this.file, DIRECTORY, false);
	}

	private static Content content(int entries, int valueBytes) {
		List<Entry> list = new ArrayList<>();
		for (int i = 0; i < entries; i++) {
			byte[] value = new byte[valueBytes];
			Arrays.fill(value, (byte) (i + 1));
			list.add(new Entry(DIRECTORY.entry("id" + i), "x", value, i + 1, i + 1, "session-" + i));
		}
		return new Content(DIRECTORY, false, list, List.of());
	}

}
