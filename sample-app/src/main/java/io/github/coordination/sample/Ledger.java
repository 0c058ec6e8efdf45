package io.github.coordination.sample;

import java.time.Duration;
import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.coordination.FencingToken;

/**
 * The accounts, and the payments that are not posted yet. Posting is a read-modify-write
 * in the application: it reads both balances, computes, and writes what it computed. The
 * transaction makes the write atomic and the payment's id makes it happen once, but
 * nothing here keeps somebody else from writing between the read and the write. That is
 * what the locks of {@link LockedPosting} are for.
 */
@Component
class Ledger {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Duration thinkTime;

	Ledger(JdbcClient jdbc, PlatformTransactionManager transactionManager, PaymentsProperties properties) {
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(transactionManager);
		this.thinkTime = properties.thinkTime();
	}

	/**
	 * Return payments that wait to be posted, in the order in which they came.
	 * @param after the number of the last one seen, 0 to begin
	 * @param limit how many at the most
	 */
	List<Pending> pending(long after, int limit) {
		return this.jdbc.sql("SELECT seq, id, payer, payee, cents FROM pending WHERE seq > ? ORDER BY seq LIMIT ?")
			.params(after, limit)
			.query((row, index) -> new Pending(row.getLong("seq"),
					new Payment(row.getString("id"), row.getString("payer"), row.getString("payee"),
							row.getLong("cents"))))
			.list();
	}

	/**
	 * Post a payment.
	 * @param fence the tokens of the locks that protect the two accounts
	 * @param member who posts it
	 * @return {@code false} if it was posted before
	 * @throws StaleFenceException if a later holder of a lock has written already
	 */
	boolean post(Payment payment, Fence fence, String member) {
		Balances before = read(payment);
		think();
		return write(payment, before.after(payment), fence, member);
	}

	Balances read(Payment payment) {
		return new Balances(balance(payment.from()), balance(payment.to()));
	}

	boolean write(Payment payment, Balances after, Fence fence, String member) {
		return Boolean.TRUE.equals(this.transaction.execute((status) -> {
			if (!moveToPosted(payment, member)) {
				return false;
			}
			update(payment.from(), after.from(), fence.from());
			update(payment.to(), after.to(), fence.to());
			return true;
		}));
	}

	/** A thread whose lock is lost is interrupted. */
	private void think() {
		try {
			Thread.sleep(this.thinkTime.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted between read and write", ex);
		}
	}

	private long balance(String account) {
		return this.jdbc.sql("SELECT cents FROM account WHERE id = ?").param(account).query(Long.class).single();
	}

	private boolean moveToPosted(Payment payment, String member) {
		int moved = this.jdbc.sql("""
				INSERT INTO posted (id, payer, payee, cents, file, line, member)
				SELECT id, payer, payee, cents, file, line, ? FROM pending WHERE id = ?""")
			.params(member, payment.id())
			.update();
		this.jdbc.sql("DELETE FROM pending WHERE id = ?").param(payment.id()).update();
		return moved == 1;
	}

	private void update(String account, long cents, FencingToken fence) {
		int updated = this.jdbc.sql("UPDATE account SET cents = ?, fence = ? WHERE id = ? AND fence <= ?")
			.params(cents, fence.value(), account, fence.value())
			.update();
		if (updated == 0) {
			throw new StaleFenceException(account, fence);
		}
	}

	/**
	 * A payment that waits.
	 *
	 * @param seq grows in the order in which payments came
	 */
	record Pending(long seq, Payment payment) {
	}

	/**
	 * The balances of the two accounts of a payment.
	 */
	record Balances(long from, long to) {

		Balances after(Payment payment) {
			return new Balances(this.from - payment.cents(), this.to + payment.cents());
		}

	}

	/**
	 * The fencing tokens for the two accounts of a payment.
	 */
	record Fence(FencingToken from, FencingToken to) {

		/** Guards nothing. */
		static final Fence NONE = new Fence(new FencingToken(0), new FencingToken(0));

	}

	/**
	 * The lock was lost and a later holder has already written: nothing was changed.
	 */
	static class StaleFenceException extends RuntimeException {

		StaleFenceException(String account, FencingToken fence) {
			super("Account " + account + " was written by a later holder of its lock than token " + fence
					+ ". If coordination.url was changed, use a new payments.home: tokens of two stores do not compare");
		}

	}

}
