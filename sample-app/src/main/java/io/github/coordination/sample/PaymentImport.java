package io.github.coordination.sample;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes lines of files into the ledger. Taking the same lines of the same file again, as
 * a leader does whose predecessor was killed in the middle of a file, changes nothing and
 * gives the same answer.
 */
@Component
class PaymentImport {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final long openingBalance;

	PaymentImport(JdbcClient jdbc, PlatformTransactionManager transactionManager, PaymentsProperties properties) {
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(transactionManager);
		this.openingBalance = properties.openingBalance();
	}

	/**
	 * Take some lines of a file, all or none.
	 * @param before the count of the lines before these
	 * @param lines the lines
	 * @param rejects where to add the lines that are no payments
	 * @return the count with these lines
	 */
	Tally take(Tally before, List<Line> lines, List<Reject> rejects) {
		return Objects.requireNonNull(this.transaction.execute((status) -> takeAll(before, lines, rejects)));
	}

	/**
	 * Whether a file of this name was taken, or begun.
	 */
	boolean knows(String file) {
		return !this.jdbc.sql("SELECT name FROM file WHERE name = ?").param(file).query().listOfRows().isEmpty();
	}

	private Tally takeAll(Tally before, List<Line> lines, List<Reject> rejects) {
		Tally tally = before;
		for (Line line : lines) {
			try {
				Payment payment = Payment.parse(line.text());
				tally = take(payment, before.file(), line.number()) ? tally.plusAccepted() : tally.plusKnown();
			}
			catch (RejectedLineException ex) {
				rejects.add(new Reject(line, String.valueOf(ex.getMessage())));
				tally = tally.plusRejected();
			}
		}
		save(tally);
		return tally;
	}

	private boolean take(Payment payment, String file, int line) {
		Optional<Known> known = find(payment.id());
		if (known.isEmpty()) {
			open(payment.from());
			open(payment.to());
			this.jdbc.sql("INSERT INTO pending (id, payer, payee, cents, file, line) VALUES (?, ?, ?, ?, ?, ?)")
				.params(payment.id(), payment.from(), payment.to(), payment.cents(), file, line)
				.update();
			return true;
		}
		Known other = known.get();
		if (!other.payment().equals(payment)) {
			throw new RejectedLineException(
					"id is already that of another payment in line " + other.line() + " of " + other.file());
		}
		return other.line() == line && other.file().equals(file);
	}

	private Optional<Known> find(String id) {
		return this.jdbc.sql("""
				SELECT payer, payee, cents, file, line FROM pending WHERE id = :id
				UNION ALL SELECT payer, payee, cents, file, line FROM posted WHERE id = :id""")
			.param("id", id)
			.query((row, index) -> new Known(
					new Payment(id, row.getString("payer"), row.getString("payee"), row.getLong("cents")),
					row.getString("file"), row.getInt("line")))
			.optional();
	}

	private void open(String account) {
		this.jdbc.sql("INSERT INTO account (id, opening, cents) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
			.params(account, this.openingBalance, this.openingBalance)
			.update();
	}

	private void save(Tally tally) {
		this.jdbc.sql("INSERT OR REPLACE INTO file (name, accepted, known, rejected) VALUES (?, ?, ?, ?)")
			.params(tally.file(), tally.accepted(), tally.known(), tally.rejected())
			.update();
	}

	record Line(int number, String text) {
	}

	record Reject(Line line, String reason) {
	}

	private record Known(Payment payment, String file, int line) {
	}

}
