package io.github.coordination.backend.consul;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("consul")
class JsonTests {

	@Test
	void readsWhatJsonHas() {
		assertThat(Json.read(" {\"a\": [1, -2, 0.5, 1e3, true, false, null, \"x\"], \"b\": {}, \"c\" : null } "))
			.isEqualTo(Map.of("a", List.of(1L, -2L, 0.5, 1000.0, true, false, "x"), "b", Map.of()));
		assertThat(Json.read("[]")).isEqualTo(List.of());
		assertThat(Json.read("\"\"")).isEqualTo("");
		assertThat(Json.read("[[],[[]]]")).isEqualTo(List.of(List.of(), List.of(List.of())));
	}

	@Test
	void readsEscapes() {
		assertThat(Json.read("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\uDE00\u20ac\""))
			.isEqualTo("a\"\\/\b\f\n\r\t\u00e4\ud83d\ude00\u20ac");
	}

	@Test
	void numberThatIsTooLargeIsNoLong() {
		assertThat(Json.read("18446744073709551615")).isInstanceOf(Double.class);
		assertThat(Json.read("123456789012345678")).isEqualTo(123_456_789_012_345_678L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{a:1}", "{\"a\"}",
			"{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "{1:1}", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
			"\"a\nb\"", "nul", "tru", "nothing", "-", "1-", "+", "--1", "1 1", "[] []", "[]x", "'a'", "<html>",
			"\u0000" })
	void refusesWhatIsNoJson(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Json.read(text));
	}

	@Test
	void deepTextDoesNotExhaustTheStack() {
		assertThatIllegalArgumentException().isThrownBy(() -> Json.read("[".repeat(1_000_000)));
		assertThatIllegalArgumentException().isThrownBy(() -> Json.read("{\"a\":".repeat(1_000_000)));
	}

}
