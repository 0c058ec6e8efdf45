package io.github.coordination.spi.support;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.support.EntryCodec.Records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EntryCodec}.
 */
class EntryCodecTests {

	private static final Directory DIRECTORY = new Directory("\u00e4pp", "lock", "a\r\n\ud83d\ude00");

	private static final List<Entry> ENTRIES = List.of(
			new Entry(DIRECTORY.entry("one\u0000"), "x", new byte[] { 7, 0, -1 }, 6, 8, "s-1"),
			new Entry(DIRECTORY.entry("two"), "", new byte[0], 7, Long.MAX_VALUE, null));

	private static final List<byte[]> FOREIGN = List.of(new byte[] { 2, 3 }, new byte[0]);

	@Test
	void entriesAreReadBackInTheirOrder() {
		Records read = read(EntryCodec.encode(ENTRIES, FOREIGN));

		assertThat(read).usingRecursiveComparison().isEqualTo(new Records(ENTRIES, FOREIGN));
	}

	@Test
	void nameIsReadBackAndNoMore() {
		byte[] name = EntryCodec.encode(DIRECTORY);
		ByteBuffer source = ByteBuffer.wrap(Arrays.copyOf(name, name.length + 3));

		assertThat(EntryCodec.directory(source)).isEqualTo(DIRECTORY);
		assertThat(source.remaining()).isEqualTo(3);
	}

	/** Stores hold it: another layout needs another version. */
	@Test
	void layoutIsTheOneOfVersionOne() throws IOException {
		ByteArrayOutputStream expected = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(expected);
		out.writeInt(2);
		out.writeInt(38);
		out.writeByte(1);
		out.writeLong(6);
		out.writeLong(8);
		out.writeUTF("one");
		out.writeUTF("x");
		out.writeUTF("s-1");
		out.writeInt(4);
		out.writeBytes("four");
		out.writeInt(2);
		out.writeBytes("fo");

		Entry entry = new Entry(DIRECTORY.entry("one"), "x", "four".getBytes(StandardCharsets.US_ASCII), 6, 8, "s-1");
		assertThat(EntryCodec.encode(List.of(entry), List.of("fo".getBytes(StandardCharsets.US_ASCII))))
			.isEqualTo(expected.toByteArray());
	}

	@Test
	void whatEndsTooEarlyIsRefusedWithThePlace() {
		byte[] bytes = EntryCodec.encode(ENTRIES, FOREIGN);
		for (int length = 0; length < bytes.length; length++) {
			byte[] torn = Arrays.copyOf(bytes, length);
			assertThatIllegalArgumentException().as("%s bytes", length)
				.isThrownBy(() -> read(torn))
				.withMessageMatching(
						"it ends before the count of entries|record [1-4] of 4 at byte \\d+ ends too early");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> read(Arrays.copyOf(bytes, 10)))
			.withMessage("record 1 of 4 at byte 4 ends too early");
		byte[] name = EntryCodec.encode(DIRECTORY);
		for (int length = 0; length < name.length; length++) {
			ByteBuffer torn = ByteBuffer.wrap(name, 0, length);
			assertThatIllegalArgumentException().isThrownBy(() -> EntryCodec.directory(torn))
				.withMessage("the name at byte 0 ends too early");
		}
	}

	@Test
	void whatIsBehindTheLastRecordIsRefusedSinceItWouldBeLost() {
		byte[] bytes = EntryCodec.encode(ENTRIES, FOREIGN);
		byte[] longer = Arrays.copyOf(bytes, bytes.length + 2);
		byte[] fewer = bytes.clone();
		fewer[3] = 3;
		byte[] negative = bytes.clone();
		negative[0] = -1;

		assertThatIllegalArgumentException().isThrownBy(() -> read(longer))
			.withMessage("there are 2 bytes behind the last of 4 records");
		assertThatIllegalArgumentException().isThrownBy(() -> read(fewer))
			.withMessage("there are 4 bytes behind the last of 3 records");
		assertThatIllegalArgumentException().isThrownBy(() -> read(negative))
			.withMessageContaining("-16777212 records");
	}

	@Test
	void nameThatIsNoneIsRefused() {
		byte[] noUtf8 = { 0, 1, 'a', 0, 1, 'b', 0, 1, (byte) 0xff };
		byte[] empty = { 0, 1, 'a', 0, 0, 0, 1, 'c' };

		assertThatIllegalArgumentException().isThrownBy(() -> EntryCodec.directory(ByteBuffer.wrap(noUtf8)))
			.withMessage("the name at byte 0 is none: it is not UTF-8");
		assertThatIllegalArgumentException().isThrownBy(() -> EntryCodec.directory(ByteBuffer.wrap(empty)))
			.withMessageStartingWith("the name at byte 0 is none: ")
			.withMessageContaining("kind");
	}

	@Test
	void recordThatIsNotUnderstoodIsKeptAsItIs() {
		byte[] record = Arrays.copyOfRange(EntryCodec.encode(ENTRIES.subList(0, 1), List.of()), 8, 46);
		byte[] otherVersion = record.clone();
		otherVersion[0] = 2;
		byte[] noUtf8 = record.clone();
		noUtf8[19] = (byte) 0xff;
		byte[] noId = record.clone();
		noId[18] = 0;
		List<byte[]> foreign = List.of(otherVersion, noUtf8, noId, Arrays.copyOf(record, record.length + 1),
				Arrays.copyOf(record, record.length - 1), new byte[100]);

		byte[] bytes = EntryCodec.encode(ENTRIES, foreign);
		Records read = read(bytes);

		assertThat(read.entries()).usingRecursiveComparison().isEqualTo(ENTRIES);
		assertThat(read.foreign()).usingRecursiveComparison().isEqualTo(foreign);
		assertThat(EntryCodec.encode(read.entries(), read.foreign())).isEqualTo(bytes);
	}

	@Test
	void sessionThatIsNoSafePartOfAKeyIsForeign() {
		for (String session : List.of("a b", "a\r\nflush_all", "a/b", "..", "\u00e4", "A", "x".repeat(65))) {
			assertThat(EntryCodec.isSessionId(session)).as(session).isFalse();
			Entry entry = new Entry(DIRECTORY.entry("bad"), "", new byte[0], 8, 8, session);

			Records read = read(EntryCodec.encode(List.of(entry), List.of()));

			assertThat(read.entries()).isEmpty();
			assertThat(read.foreign()).hasSize(1);
		}
		assertThat(EntryCodec.isSessionId("")).isFalse();
		assertThat(EntryCodec.isSessionId("x".repeat(64))).isTrue();
	}

	@Test
	void anyBytesAreRefusedOrWrittenBackAsTheyWere() {
		byte[] bytes = EntryCodec.encode(ENTRIES, FOREIGN);
		Random random = new Random(1);
		List<byte[]> understood = new ArrayList<>();
		for (int i = 0; i < 20_000; i++) {
			byte[] changed = bytes.clone();
			changed[random.nextInt(changed.length)] = (byte) random.nextInt();
			try {
				Records read = read(changed);
				// what is foreign comes last then, and nothing is gone
				assertThat(EntryCodec.encode(read.entries(), read.foreign())).hasSameSizeAs(changed);
				understood.add(changed);
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex).hasMessageMatching(".*(ends too early|records)");
			}
		}
		assertThat(understood).hasSizeBetween(1, 19_999);
	}

	private static Records read(byte[] bytes) {
		return EntryCodec.records(ByteBuffer.wrap(bytes), DIRECTORY);
	}

}
