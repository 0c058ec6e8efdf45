package io.github.coordination.sample;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Payment}.
 */
class PaymentTests {

	@Test
	void readsALine() {
		assertThat(Payment.parse("P1,alice,bob,250")).isEqualTo(new Payment("P1", "alice", "bob", 250));
	}

	@Test
	void ignoresBlanksAroundFields() {
		assertThat(Payment.parse(" P1 ,\talice, Müller & Söhne , +0250 "))
			.isEqualTo(new Payment("P1", "alice", "Müller & Söhne", 250));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			P1,a,b             | expected 4 fields but found 3
			P1,a,b,1,          | expected 4 fields but found 5
			P1;a;b;1           | expected 4 fields but found 1
			,a,b,1             | id is blank
			P1, ,b,1           | from is blank
			P1,a,,1            | to is blank
			P1,a,a,1           | from and to are the same account
			P1,a, a ,1         | from and to are the same account
			P1,a,b,            | cents is not a whole number
			P1,a,b,ten         | cents is not a whole number
			P1,a,b,1.5         | cents is not a whole number
			P1,a,b,1e3         | cents is not a whole number
			P1,a,b,0x10        | cents is not a whole number
			P1,a,b,١           | cents is not a whole number
			id,from,to,cents   | cents is not a whole number
			P1,a,b,0           | cents is not more than zero
			P1,a,b,+00         | cents is not more than zero
			P1,a,b,-5          | cents is not more than zero
			P1,a,b,-99999999999999999999 | cents is not more than zero
			P1,a,b,1000000000001         | cents is more than 1000000000000
			P1,a,b,9223372036854775808   | cents is more than 1000000000000
			"P1",a,b,1         | id has a quote or a control character or is not UTF-8
			P1,a\uFFFD,b,1     | from has a quote or a control character or is not UTF-8
			""", quoteCharacter = '`')
	void saysWhyALineIsNoPayment(String line, String reason) {
		assertThatExceptionOfType(RejectedLineException.class).isThrownBy(() -> Payment.parse(line))
			.withMessage(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "P1,a\u0000b,c,1", "P1,a\u001bb,c,1", "P1,a\u007fb,c,1" })
	void refusesControlCharacters(String line) {
		assertThatExceptionOfType(RejectedLineException.class).isThrownBy(() -> Payment.parse(line))
			.withMessageStartingWith("from has");
	}

	@Test
	void refusesLongNamesAndLines() {
		assertThat(Payment.parse("P1," + "a".repeat(100) + ",b,1").from()).hasSize(100);
		assertThatExceptionOfType(RejectedLineException.class)
			.isThrownBy(() -> Payment.parse("P1," + "a".repeat(101) + ",b,1"))
			.withMessage("from is longer than 100 characters");
		assertThatExceptionOfType(RejectedLineException.class)
			.isThrownBy(() -> Payment.parse("P1,a,b,1" + " ".repeat(993)))
			.withMessage("longer than 1000 characters");
	}

	@Test
	void knowsTheHeading() {
		assertThat(Payment.isHeading("id,from,to,cents")).isTrue();
		assertThat(Payment.isHeading("ID, From, To, Cents ")).isTrue();
		assertThat(Payment.isHeading("P1,a,b,1")).isFalse();
	}

}
