package io.github.coordination.backend.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

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

	/** How many statements it takes to take what is free. */
	int statementsToTake() {
		return 1;
	}

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
	void takingAndGivingBackWhatIsFreeAsksTheDatabaseOnceEach() {
		AtomicInteger statements = new AtomicInteger();
		DataSource counting = new DelegatingDataSource(this.pool) {

			@Override
			public Connection getConnection() throws SQLException {
				return counting(Connection.class, super.getConnection(), statements);
			}

		};
		BackendSession session = this.fixture.client(BORROWED, counting).open(JdbcFixture.TTL);
		// opens the connection
		session.delete(this.fixture.enqueue(session, this.queue).entry());
		statements.set(0);

		Entry entry = this.fixture.enqueue(session, this.queue).entry();
		assertThat(statements).hasValue(statementsToTake());

		assertThat(session.delete(entry)).isTrue();
		assertThat(statements).hasValue(statementsToTake() + 1);
	}

	/** Count what is executed with it, and with the statements it makes. */
	private static <T> T counting(Class<T> type, T counted, AtomicInteger executions) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (self, method, args) -> {
				if (method.getName().startsWith("execute")) {
					executions.incrementAndGet();
				}
				try {
					Object result = method.invoke(counted, args);
					return (result instanceof PreparedStatement statement)
							? counting(PreparedStatement.class, statement, executions)
							: (result instanceof Statement statement) ? counting(Statement.class, statement, executions)
									: result;
				}
				catch (InvocationTargetException ex) {
					throw ex.getCause();
				}
			}));
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
