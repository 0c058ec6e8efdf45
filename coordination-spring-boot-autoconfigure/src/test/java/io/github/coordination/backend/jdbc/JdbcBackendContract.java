package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

/**
 * The contract on a SQL database.
 */
abstract class JdbcBackendContract extends ExpiringBackendContract {

	/** A connection past the backend. */
	abstract Connection connect() throws SQLException;

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new JdbcBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		expire(this::connect, session);
	}

	@Override
	public int cycles() {
		return 1000;
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		String key = Names.of(directory);
		update(this::connect,
				"update coordination_queue set entries = concat('junk)(', entries, '(a,b,c)') where directory = ?",
				key);
		update(this::connect,
				"insert into coordination_entry (directory, id, label, create_revision, revision, content)"
						+ " values (?, 'foreign', '', 1, 1, '%%%')",
				key);
	}

	/** Let a session be one that was not renewed in time. */
	static void expire(Source source, BackendSession session) {
		update(source, "update coordination_session set expires_at = 0 where id = ?", session.id());
	}

	static void update(Source source, String sql, String... values) {
		try (Connection connection = source.connect(); PreparedStatement statement = connection.prepareStatement(sql)) {
			for (int i = 0; i < values.length; i++) {
				statement.setString(i + 1, values[i]);
			}
			statement.executeUpdate();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Connects past a backend.
	 */
	@FunctionalInterface
	interface Source {

		Connection connect() throws SQLException;

	}

}
