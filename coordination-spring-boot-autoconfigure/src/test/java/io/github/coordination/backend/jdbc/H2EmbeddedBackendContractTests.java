package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Tag;

/** H2 in the memory of the application. */
@Tag("h2")
class H2EmbeddedBackendContractTests extends JdbcBackendContract {

	@Override
	protected String url() {
		return "jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1";
	}

	@Override
	Connection connect() throws SQLException {
		return DriverManager.getConnection(url());
	}

	/** Few: the database itself is in the heap that is looked at. */
	@Override
	public int cycles() {
		return 500;
	}

}
