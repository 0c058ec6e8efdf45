package io.github.coordination.backend.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import io.github.coordination.server.PostgreSqlServer;
import io.github.coordination.spi.CoordinationBackend;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("postgresql")
class PostgreSqlDataSourceTests extends JdbcDataSourceContract {

	@Override
	String driverUrl() {
		return "jdbc:postgresql://127.0.0.1:" + PostgreSqlServer.shared().port()
				+ "/coordination?user=coordination&password=coordination";
	}

	@Override
	String initialize() {
		return "set lock_timeout = '7s'; set statement_timeout = 77000";
	}

	/** The driver lets nobody else use it for as long as it waits for what is told. */
	@Test
	void connectionThatListensIsGivenBackByWhoeverListens() {
		Queue<Thread> closers = new ConcurrentLinkedQueue<>();
		AtomicBoolean listens = new AtomicBoolean();
		CoordinationBackend client = this.fixture.client(BORROWED, new DelegatingDataSource(this.pool) {

			@Override
			public Connection getConnection() throws SQLException {
				return noting(super.getConnection(), listens, closers);
			}

		});
		client.open(JdbcFixture.TTL);
		client.watch(this.queue, (change) -> {
		});
		Awaitility.await().untilTrue(listens);

		client.close();

		Awaitility.await().until(() -> !closers.isEmpty());
		assertThat(closers).doesNotContain(Thread.currentThread());
	}

	/** Note that a connection is used to listen, and who then closes it. */
	private static Connection noting(Connection connection, AtomicBoolean listens, Queue<Thread> closers) {
		AtomicBoolean isListener = new AtomicBoolean();
		return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("unwrap")) {
						isListener.set(true);
						listens.set(true);
					}
					else if (method.getName().equals("close") && isListener.get()) {
						closers.add(Thread.currentThread());
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') || ' '"
								+ " || (select count(*) from pg_listening_channels())")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation(),
					connection.getNetworkTimeout());
		}
	}

}
