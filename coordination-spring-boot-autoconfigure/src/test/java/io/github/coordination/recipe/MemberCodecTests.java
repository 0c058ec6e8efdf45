package io.github.coordination.recipe;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.github.coordination.Member;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MemberCodecTests {

	@Test
	void memberIsReadAsItWasWritten() {
		Map<String, String> metadata = new LinkedHashMap<>();
		metadata.put("weight", "3");
		metadata.put("", "");
		metadata.put("address", "h\u00f6st:1\n\u0000\uD83D\uDD12");

		Member member = MemberCodec.decode(entry(MemberCodec.encode("m-\u00e4", metadata))).orElseThrow();

		assertThat(member.id()).isEqualTo("m-\u00e4");
		assertThat(member.metadata()).containsExactlyInAnyOrderEntriesOf(metadata);
		assertThat(member).isEqualTo(new Member("m-\u00e4", metadata, 42));
	}

	@Test
	void memberWithoutMetadataHasNone() {
		assertThat(MemberCodec.decode(entry(MemberCodec.encode("m", Map.of()))))
			.hasValue(new Member("m", Map.of(), 42));
	}

	@Test
	void largestMemberIsReadAsItWasWritten() {
		// version, two lengths and the id, the number of pairs, two more lengths
		Map<String, String> metadata = Map.of("k", "v".repeat(4096 - 1 - 3 - 2 - 3 - 2));

		byte[] bytes = MemberCodec.encode("m", metadata);

		assertThat(bytes).hasSize(4096);
		assertThat(MemberCodec.decode(entry(bytes)).orElseThrow().metadata()).isEqualTo(metadata);
	}

	@Test
	void tooMuchIsRefused() {
		Map<String, String> many = new LinkedHashMap<>();
		for (int i = 0; i < 1000; i++) {
			many.put("key" + i, "v");
		}

		assertThatIllegalArgumentException().isThrownBy(() -> MemberCodec.encode("m", many));
		assertThatIllegalArgumentException().isThrownBy(() -> MemberCodec.encode("m", Map.of("k", "v".repeat(4087))));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MemberCodec.encode("m", Map.of("k", "v".repeat(100_000))));
		assertThatIllegalArgumentException().isThrownBy(() -> MemberCodec.encode("m".repeat(70_000), Map.of()));
	}

	@Test
	void whatIsCutShortIsForeign() {
		byte[] bytes = MemberCodec.encode("member", Map.of("k", "v"));

		for (int length = 0; length < bytes.length; length++) {
			assertThat(MemberCodec.decode(entry(Arrays.copyOf(bytes, length)))).isEmpty();
		}
	}

	@Test
	void anotherVersionIsForeign() {
		byte[] bytes = MemberCodec.encode("member", Map.of("k", "v"));

		for (int version = 0; version < 256; version++) {
			bytes[0] = (byte) version;
			assertThat(MemberCodec.decode(entry(bytes)).isPresent()).isEqualTo(version == 1);
		}
	}

	@Test
	void foreignBytesNeverFail() {
		Random random = new Random(1);
		for (int i = 0; i < 10_000; i++) {
			byte[] bytes = new byte[random.nextInt(64)];
			random.nextBytes(bytes);
			if (bytes.length > 0 && random.nextBoolean()) {
				bytes[0] = 1;
			}

			MemberCodec.decode(entry(bytes)).ifPresent((member) -> assertThat(member.incarnation()).isEqualTo(42));
		}
	}

	private static Entry entry(byte[] value) {
		return new Entry(new Directory("n", "group", "g").entry("id"), "", value, 42, 43, "session");
	}

}
