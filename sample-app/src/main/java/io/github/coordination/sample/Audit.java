package io.github.coordination.sample;

import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks at the ledger from outside and adds up.
 */
@Component
class Audit {

	private final JdbcClient jdbc;

	Audit(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * One statement sees one state: a posting is in it with both its sides or not at all.
	 */
	Totals totals() {
		return this.jdbc.sql("""
				WITH moved (account, cents) AS (
					SELECT payer, -cents FROM posted UNION ALL SELECT payee, cents FROM posted
				), due (account, cents) AS (
					SELECT account, sum(cents) FROM moved GROUP BY account
				)
				SELECT count(*) accounts,
					coalesce(sum(account.cents), 0) total,
					coalesce(sum(account.opening), 0) expected,
					coalesce(sum(account.cents <> account.opening + coalesce(due.cents, 0)), 0) wrong_accounts
				FROM account LEFT JOIN due ON due.account = account.id""").query(Totals.class).single();
	}

	List<FileProgress> files() {
		return this.jdbc.sql("""
				SELECT name, accepted, known, rejected, coalesce(done.posted, 0) posted
				FROM file LEFT JOIN (SELECT file, count(*) posted FROM posted GROUP BY file) done ON done.file = name
				ORDER BY name""").query(FileProgress.class).list();
	}

	List<Share> shares() {
		return this.jdbc.sql("SELECT member, count(*) posted FROM posted GROUP BY member").query(Share.class).list();
	}

	record Totals(long accounts, long total, long expected, long wrongAccounts) {
	}

	record FileProgress(String name, int accepted, int known, int rejected, int posted) {
	}

	record Share(String member, int posted) {
	}

}
