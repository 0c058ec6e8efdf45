package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.spi.BackendSession;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What follows when another server takes the place of the first. That it lacks something
 * is played by changing the tables past the backend, the change by ending all
 * connections.
 */
abstract class JdbcFailoverContract {

	private final JdbcFixture fixture = new JdbcFixture();

	private final JdbcCoordinatorFixture coordinators = new JdbcCoordinatorFixture(url(), this::connect);

	/** The url, without options. */
	abstract String url();

	/** A connection past the backend. */
	abstract Connection connect() throws SQLException;

	/**
	 * A query for statements that end all connections but the one they are sent on.
	 */
	abstract String endingOthers();

	@AfterEach
	void close() {
		this.coordinators.close();
		this.fixture.close();
	}

	@Test
	void holderWhoseEntryIsLostIsTold() throws Exception {
		Coordinator coordinator = this.coordinators
			.newCoordinator((options) -> options.withTtl(Duration.ofSeconds(15)));
		LockHandle kept = coordinator.lock("kept").acquire(Duration.ofSeconds(30));
		LockHandle held = coordinator.lock("held").acquire(Duration.ofSeconds(30));

		JdbcBackendContract.update(this::connect, "update coordination_queue set entries = '' where directory like ?",
				"%/held");
		endOthers();

		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !held.isHeld());
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> coordinator.state() == SessionState.CONNECTED);
		assertThat(kept.isHeld()).as("the session goes on").isTrue();
	}

	@Test
	void renewalNoticesThatItHasAnotherConnection() throws SQLException {
		BackendSession session = this.fixture.client(url() + "?initialize-schema=always").open(JdbcFixture.TTL);
		assertThat(session.renew()).isEqualTo(session.grant());

		endOthers();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(session::renew);
		assertThat(session.renew()).isEqualTo(session.grant());

		endOthers();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(session::entries);
		assertThat(session.entries()).isEmpty();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(session::renew)
			.withMessageContaining("another connection");
		assertThat(session.renew()).isEqualTo(session.grant());
	}

	private void endOthers() throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			List<String> endings = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery(endingOthers())) {
				while (rows.next()) {
					endings.add(rows.getString(1));
				}
			}
			for (String each : endings) {
				statement.execute(each);
			}
		}
	}

}
