package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is done with the application's {@link DataSource}.
 */
abstract class JdbcDataSourceContract {

	static final String BORROWED = "jdbc:?initialize-schema=always";

	final JdbcFixture fixture = new JdbcFixture();

	final HikariDataSource pool = pool();

	final Directory queue = this.fixture.queue("q");

	/** The driver's url, with user and password. */
	abstract String driverUrl();

	/** Gives new connections settings that are not the server's. */
	abstract String initialize();

	/** Read settings of a connection that a statement may have changed. */
	abstract List<Object> settings(Connection connection) throws SQLException;

	@AfterEach
	void close() {
		this.fixture.close();
		this.pool.close();
	}

	@Test
	void callersTransactionIsNotTouched() {
		TransactionAwareDataSourceProxy transactional = new TransactionAwareDataSourceProxy(this.pool);
		CoordinationBackend client = this.fixture.client(BORROWED, transactional);
		BackendSession session = client.open(JdbcFixture.TTL);

		Entry entry = new TransactionTemplate(new DataSourceTransactionManager(this.pool)).execute((status) -> {
			status.setRollbackOnly();
			return this.fixture.enqueue(session, this.queue).entry();
		});

		assertThat(client.list(this.queue)).extracting(Entry::id).containsExactly(entry.id());
	}

	@Test
	void connectionsGoBackAsTheyCameAndThePoolStaysOpen() throws SQLException {
		List<Object> before;
		try (Connection connection = this.pool.getConnection()) {
			before = settings(connection);
		}
		Set<Connection> used = ConcurrentHashMap.newKeySet();
		DataSource recording = new DelegatingDataSource(this.pool) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				used.add(connection.unwrap(Connection.class));
				return connection;
			}

		};
		CoordinationBackend client = this.fixture.client(BORROWED, recording);
		this.fixture.enqueue(client.open(JdbcFixture.TTL), this.queue);
		client.watch(this.queue, (change) -> {
		});

		client.close();

		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.pool.getHikariPoolMXBean().getActiveConnections() == 0);
		assertThat(used).hasSizeGreaterThan(1);
		for (Connection connection : used) {
			assertThat(connection.isClosed()).isFalse();
			assertThat(settings(connection)).isEqualTo(before);
		}
	}

	@Test
	void whatIsPromisedIsKnownWithoutTheDatabase() {
		CoordinationBackend client = this.fixture.client(BORROWED, this.pool);
		client.open(JdbcFixture.TTL);

		client.close();

		assertThat(client.guarantees().maxValueBytes()).isPositive();
	}

	private HikariDataSource pool() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(driverUrl());
		config.setMaximumPoolSize(10);
		config.setMinimumIdle(0);
		config.setConnectionInitSql(initialize());
		return new HikariDataSource(config);
	}

}
