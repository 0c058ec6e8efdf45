package io.github.coordination.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A database server of this build, with the durability it has by default.
 */
public abstract class DatabaseServer implements AutoCloseable {

	/** The name of the database and of its user, and the user's password. */
	public static final String NAME = "coordination";

	private final String scheme;

	private final ServerProcess process;

	private final int port;

	DatabaseServer(String scheme, ServerProcess process, int port) {
		this.scheme = scheme;
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the port it listens on.
	 * @return the port on 127.0.0.1
	 */
	public final int port() {
		return this.port;
	}

	/**
	 * Return the url of its database.
	 * @return the url with user and password, without options
	 */
	public final String url() {
		return url(this.port);
	}

	/**
	 * Return the url of its database as seen through another port.
	 * @param port the port of a proxy
	 * @return the url with user and password, without options
	 */
	public final String url(int port) {
		return this.scheme + "://" + NAME + ":" + NAME + "@127.0.0.1:" + port + "/" + NAME;
	}

	/**
	 * Connect to its database, past all backends.
	 * @return a new connection
	 */
	public final Connection connect() {
		try {
			return connect(NAME);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the process.
	 * @return the process, to stop, pause and restart it
	 */
	public final ServerProcess process() {
		return this.process;
	}

	@Override
	public final void close() {
		this.process.close();
	}

	final Connection connect(String database) throws SQLException {
		return DriverManager.getConnection("jdbc:" + this.scheme + "://127.0.0.1:" + this.port + "/" + database, NAME,
				NAME);
	}

	final boolean isReady() {
		try (Connection connection = connect(NAME)) {
			return connection.isValid(1);
		}
		catch (SQLException ex) {
			return false;
		}
	}

}
