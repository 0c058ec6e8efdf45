package io.github.coordination.spi.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NameEncoderTests {

	private static final List<NameEncoder> ENCODERS = List.of(new NameEncoder(100, true), new NameEncoder(100, false),
			new NameEncoder(4000, true), new NameEncoder(4000, false));

	@Test
	void plainNamesStayAsTheyAre() {
		assertThat(new NameEncoder(100, true).encode("Orders_2-x")).isEqualTo("Orders_2-x");
		assertThat(new NameEncoder(100, false).encode("Orders_2-x")).isEqualTo("%4frders_2-x");
	}

	@Test
	void everythingElseBecomesBytes() {
		assertThat(new NameEncoder(100, true).encode("../a b%\u20ac\u0000")).isEqualTo("%2e%2e%2fa%20b%25%e2%82%ac%00");
	}

	@Test
	void anyTwoNamesHaveTwoWords() {
		for (NameEncoder encoder : ENCODERS) {
			Map<String, String> words = new HashMap<>();
			for (String name : names()) {
				String word = encoder.encode(name);
				String key = encoder.keepsUpperCase() ? word : word.toLowerCase(Locale.ROOT);
				String other = words.put(key, name);
				assertThat(other).as("%s", word).isIn(null, name);
				assertThat(word).matches("[A-Za-z0-9_%~-]+").hasSizeLessThanOrEqualTo(encoder.maxLength());
			}
		}
	}

	@Test
	void wordsAreReadBackUnlessTheyHoldADigest() {
		for (NameEncoder encoder : ENCODERS) {
			for (String name : names()) {
				String word = encoder.encode(name);
				if (word.contains("~")) {
					assertThatIllegalArgumentException().isThrownBy(() -> encoder.decode(word));
				}
				else {
					assertThat(encoder.decode(word)).isEqualTo(name);
				}
			}
		}
	}

	@Test
	void reversibleEncoderReadsBackTheLongestNames() {
		for (String longest : List.of("x".repeat(Directory.MAX_NAME_BYTES), ".".repeat(Directory.MAX_NAME_BYTES))) {
			NameEncoder encoder = NameEncoder.reversible();

			assertThat(encoder.decode(encoder.encode(longest))).isEqualTo(longest);
		}
	}

	@Test
	void longNamesKeepTheirBeginning() {
		String word = new NameEncoder(100, true).encode("orders-" + "x".repeat(200));

		assertThat(word).startsWith("orders-xxx").hasSize(100).matches(".*~[0-9a-f]{64}");
	}

	@Test
	void loneSurrogatesAreRefused() {
		for (String name : List.of("\ud83d", "a\ude00", "\ude00\ud83d")) {
			assertThatIllegalArgumentException().isThrownBy(() -> new NameEncoder(100, true).encode(name));
		}
	}

	@Test
	void whatIsNoWordIsRefused() {
		for (String word : List.of("a.b", "%", "%2", "%zz", "%ff", "%61", "%2F", "a%7", "a~b", "\u00e4",
				"x".repeat(101))) {
			assertThatIllegalArgumentException().isThrownBy(() -> new NameEncoder(100, true).decode(word));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> new NameEncoder(100, false).decode("A"));
		assertThat(new NameEncoder(100, false).decode("%41")).isEqualTo("A");
		assertThatIllegalArgumentException().isThrownBy(() -> new NameEncoder(79, true));
	}

	private static List<String> names() {
		List<String> names = new ArrayList<>(List.of("a", "A", "%", "%61", "%2e", "~", "a~", ".", "..", "/", "\u0000",
				"\r\n", "{a}", "*", "\u00e4", "a\u0308", "\ud83d\ude00", "x".repeat(99), "x".repeat(100),
				"x".repeat(101), "x".repeat(101) + "y", "X".repeat(101), "/".repeat(34)));
		Random random = new Random(7);
		String alphabet = "aA%~./\u0000{}*\r\n\u00e4\u20ac61e";
		for (int i = 0; i < 20_000; i++) {
			StringBuilder name = new StringBuilder();
			int length = 1 + random.nextInt((i % 10 == 0) ? 150 : 4);
			for (int j = 0; j < length; j++) {
				name.append(alphabet.charAt(random.nextInt(alphabet.length())));
			}
			names.add(name.toString());
		}
		return names;
	}

}
