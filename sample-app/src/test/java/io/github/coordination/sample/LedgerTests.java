package io.github.coordination.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.FencingToken;
import io.github.coordination.sample.Audit.Totals;
import io.github.coordination.sample.Ledger.Balances;
import io.github.coordination.sample.Ledger.Fence;
import io.github.coordination.sample.Ledger.Pending;
import io.github.coordination.sample.Ledger.StaleFenceException;
import io.github.coordination.sample.PaymentImport.Line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link Ledger} and for what {@link Audit} finds in it.
 */
class LedgerTests {

	private static final Payment FIRST = new Payment("P1", "a", "b", 100);

	private static final Payment SECOND = new Payment("P2", "a", "c", 30);

	private TestHome home;

	private Ledger ledger;

	@BeforeEach
	void takePayments(@TempDir Path folder) throws IOException {
		this.home = new TestHome(folder);
		this.ledger = this.home.ledger;
		this.home.payments.take(Tally.of("file"), List.of(new Line(1, "P1,a,b,100"), new Line(2, "P2,a,c,30")),
				new ArrayList<>());
	}

	@AfterEach
	void close() {
		this.home.close();
	}

	@Test
	void postsAPaymentOnce() {
		assertThat(this.ledger.post(FIRST, fence(1, 1), "me")).isTrue();
		assertThat(this.ledger.post(FIRST, fence(2, 2), "other")).isFalse();

		assertThat(this.home.balances()).containsOnly(entry("a", 999_900L), entry("b", 1_000_100L),
				entry("c", 1_000_000L));
		assertThat(this.home.audit.shares()).containsExactly(new Audit.Share("me", 1));
	}

	@Test
	void pagesThroughWhatIsPending() {
		List<Pending> first = this.ledger.pending(0, 1);
		assertThat(first).extracting(Pending::payment).containsExactly(FIRST);
		assertThat(this.ledger.pending(first.get(0).seq(), 1)).extracting(Pending::payment).containsExactly(SECOND);

		this.ledger.post(FIRST, Fence.NONE, "me");

		assertThat(this.ledger.pending(0, 10)).extracting(Pending::payment).containsExactly(SECOND);
	}

	@Test
	void anAccountMayGoBelowZero() {
		this.home.payments.take(Tally.of("more"), List.of(new Line(1, "P3,a,b,5000000")), new ArrayList<>());

		this.ledger.post(new Payment("P3", "a", "b", 5_000_000), Fence.NONE, "me");

		assertThat(this.home.balances()).containsEntry("a", -4_000_000L).containsEntry("b", 6_000_000L);
		assertThat(this.home.audit.totals()).isEqualTo(new Totals(3, 3_000_000, 3_000_000, 0));
	}

	@Test
	void refusesAnOlderTokenAndChangesNothing() {
		this.ledger.post(FIRST, fence(7, 1), "me");

		assertThatExceptionOfType(StaleFenceException.class)
			.isThrownBy(() -> this.ledger.post(SECOND, fence(6, 1), "paused"))
			.withMessageContaining("Account a");

		assertThat(this.ledger.pending(0, 10)).extracting(Pending::payment).containsExactly(SECOND);
		assertThat(this.home.balances()).containsEntry("a", 999_900L).containsEntry("c", 1_000_000L);
		assertThat(this.ledger.post(SECOND, fence(7, 1), "me")).isTrue();
	}

	@Test
	void refusesAnOlderTokenOfTheOtherAccountToo() {
		this.ledger.post(FIRST, fence(1, 7), "me");
		this.home.payments.take(Tally.of("more"), List.of(new Line(1, "P3,c,b,5")), new ArrayList<>());

		assertThatExceptionOfType(StaleFenceException.class)
			.isThrownBy(() -> this.ledger.post(new Payment("P3", "c", "b", 5), fence(9, 6), "paused"))
			.withMessageContaining("Account b");

		assertThat(this.home.balances()).containsEntry("b", 1_000_100L).containsEntry("c", 1_000_000L);
	}

	@Test
	void withoutLocksCentsVanishAndTheAuditSeesIt() {
		Balances first = this.ledger.read(FIRST);
		Balances second = this.ledger.read(SECOND);

		this.ledger.write(FIRST, first.after(FIRST), Fence.NONE, "one");
		this.ledger.write(SECOND, second.after(SECOND), Fence.NONE, "other");

		assertThat(this.home.balances()).containsEntry("a", 999_970L);
		assertThat(this.home.audit.totals()).isEqualTo(new Totals(3, 3_000_100, 3_000_000, 1));
	}

	@Test
	void tokensKeepCentsFromVanishing() {
		Balances first = this.ledger.read(FIRST);
		Balances second = this.ledger.read(SECOND);

		this.ledger.write(SECOND, second.after(SECOND), fence(2, 2), "next holder");

		assertThatExceptionOfType(StaleFenceException.class)
			.isThrownBy(() -> this.ledger.write(FIRST, first.after(FIRST), fence(1, 1), "paused"));
		assertThat(this.home.audit.totals()).isEqualTo(new Totals(3, 3_000_000, 3_000_000, 0));
	}

	@Test
	void anEmptyLedgerIsRight(@TempDir Path other) throws IOException {
		try (TestHome empty = new TestHome(other)) {
			assertThat(empty.audit.totals()).isEqualTo(new Totals(0, 0, 0, 0));
			assertThat(empty.audit.files()).isEmpty();
			assertThat(empty.ledger.pending(0, 10)).isEmpty();
		}
	}

	private static Fence fence(long from, long to) {
		return new Fence(new FencingToken(from), new FencingToken(to));
	}

}
