package io.github.coordination.recipe;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.coordination.MisuseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TurnTests {

	@Test
	void everybodyMayGoWhenNobodyIsAhead() {
		for (Turn turn : List.of(Turn.EXCLUSIVE, Turn.SHARED, Turn.permits(1), Turn.permits(7))) {
			assertThat(turn.isNow(List.of())).isTrue();
		}
	}

	@Test
	void exclusiveWaitsForEverybody() {
		assertThat(Turn.EXCLUSIVE.isNow(List.of("x"))).isFalse();
		assertThat(Turn.EXCLUSIVE.isNow(List.of("s"))).isFalse();
		assertThat(Turn.EXCLUSIVE.isNow(List.of("s", "x"))).isFalse();
		assertThat(Turn.EXCLUSIVE.maxAhead()).isZero();
	}

	@Test
	void sharedWaitsForTheExclusiveOnly() {
		assertThat(Turn.SHARED.isNow(Collections.nCopies(100, "s"))).isTrue();
		assertThat(Turn.SHARED.isNow(List.of("x"))).isFalse();
		assertThat(Turn.SHARED.isNow(List.of("s", "x", "s"))).isFalse();
	}

	@Test
	void permitWaitsForAsManyAsThereArePermits() {
		Turn turn = Turn.permits(3);

		assertThat(turn.isNow(List.of("3", "3"))).isTrue();
		assertThat(turn.isNow(List.of("3", "3", "3"))).isFalse();
		assertThat(turn.isNow(Collections.nCopies(4, "3"))).isFalse();
		assertThat(turn.maxAhead()).isEqualTo(2);
		assertThat(Turn.permits(1).isNow(List.of("1"))).isFalse();
	}

	@Test
	void anotherNumberOfPermitsIsMisuse() {
		for (List<String> ahead : List.of(List.of("2"), List.of("3", "2"), List.of("2", "3", "3", "3"), List.of("x"))) {
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> Turn.permits(3).isNow(ahead))
				.withMessageContaining("3 permits here");
		}
	}

	@Test
	void tagsAreShortLettersAndDigits() {
		for (Turn turn : List.of(Turn.EXCLUSIVE, Turn.SHARED, Turn.permits(1), Turn.permits(Integer.MAX_VALUE))) {
			assertThat(turn.tag()).matches("[A-Za-z0-9]{1,16}");
		}
		assertThat(List.of(Turn.EXCLUSIVE.tag(), Turn.SHARED.tag(), Turn.permits(1).tag())).doesNotHaveDuplicates();
	}

}
