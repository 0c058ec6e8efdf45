package io.github.coordination.benchmarks.scenario.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.support.JdbcTransactionManager;

import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.IntegrationCandidate;
import io.github.coordination.benchmarks.scenario.contender.LockSection;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Spring Integration's lock registry over a table, with its defaults, and the leader
 * initiator over it.
 */
final class IntegrationContender implements Elector {

	/** As in the script that Spring Integration brings for this database. */
	private static final String TABLE = """
			create table if not exists INT_LOCK (LOCK_KEY char(36) not null, REGION varchar(100) not null,
			CLIENT_ID char(36), CREATED_DATE timestamp%s not null, EXPIRED_AFTER timestamp%s not null,
			constraint INT_LOCK_PK primary key (LOCK_KEY, REGION))""";

	private final String precision;

	/**
	 * Create it.
	 * @param precision what the database writes behind the type of a column with
	 * fractions of seconds
	 */
	IntegrationContender(String precision) {
		this.precision = precision;
	}

	@Override
	public String name() {
		return "spring-integration";
	}

	@Override
	public Client open(String url) throws SQLException {
		HikariDataSource pool = pool(url);
		JdbcLockRegistry registry = registry(pool);
		return new Client() {

			@Override
			public Section section(String name) {
				return new LockSection(registry.obtain(name));
			}

			@Override
			public void close() {
				pool.close();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) throws SQLException {
		HikariDataSource pool = pool(url);
		return new IntegrationCandidate(registry(pool), election, granted, pool::close);
	}

	private HikariDataSource pool(String url) throws SQLException {
		HikariDataSource pool = Connections.open(url);
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(TABLE.formatted(this.precision, this.precision));
		}
		return pool;
	}

	private static JdbcLockRegistry registry(HikariDataSource pool) {
		DefaultLockRepository repository = new DefaultLockRepository(pool);
		repository.setTransactionManager(new JdbcTransactionManager(pool));
		repository.afterPropertiesSet();
		repository.afterSingletonsInstantiated();
		repository.start();
		return new JdbcLockRegistry(repository);
	}

}
