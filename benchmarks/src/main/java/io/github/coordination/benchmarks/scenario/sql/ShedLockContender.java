package io.github.coordination.benchmarks.scenario.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

import org.springframework.jdbc.core.JdbcTemplate;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;
import io.github.coordination.benchmarks.scenario.contender.ShedLockSection;

/**
 * ShedLock by the database's clock, as its documentation advises. It never waits, and its
 * grants carry no number.
 */
final class ShedLockContender implements Contender {

	/** As in ShedLock's documentation for this database. */
	private static final String TABLE = """
			create table if not exists shedlock (name varchar(64) not null, lock_until timestamp%s not null,
			locked_at timestamp%s not null, locked_by varchar(255) not null, primary key (name))""";

	private final String precision;

	/**
	 * Create it.
	 * @param precision what the database writes behind the type of a column with
	 * fractions of seconds
	 */
	ShedLockContender(String precision) {
		this.precision = precision;
	}

	@Override
	public String name() {
		return "shedlock";
	}

	@Override
	public boolean waits() {
		return false;
	}

	@Override
	public Client open(String url) throws SQLException {
		HikariDataSource pool = Connections.open(url);
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(TABLE.formatted(this.precision, this.precision));
		}
		LockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration.builder()
			.withJdbcTemplate(new JdbcTemplate(pool))
			.usingDbTime()
			.build());
		return new Client() {

			@Override
			public Section section(String name) {
				return new ShedLockSection(provider, name);
			}

			@Override
			public void close() {
				pool.close();
			}

		};
	}

}
