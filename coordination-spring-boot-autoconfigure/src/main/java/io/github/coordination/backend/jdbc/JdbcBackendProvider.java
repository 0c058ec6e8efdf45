package io.github.coordination.backend.jdbc;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Spelling;

/**
 * Serves SQL databases. {@code jdbc:...} is a driver's own url, whose options are handed
 * to the driver but for ours; {@code postgresql://user:password@host/database},
 * {@code mariadb://} and {@code mysql://} are the same in short, with our options only;
 * {@code jdbc:} alone is the application's {@link DataSource}.
 */
public final class JdbcBackendProvider implements BackendProvider {

	private static final String INITIALIZE = "initialize-schema";

	private static final String CONNECTIONS = "connections";

	private static final Set<String> OPTIONS = Set.of(INITIALIZE, CONNECTIONS);

	private static final Pattern MISPLACED_USER = Pattern.compile("jdbc:(postgresql|mariadb)://[^/?]*@");

	/** The driver's name for what makes its sockets. */
	private static final String SOCKET_FACTORY = "socketFactory";

	private static final int DEFAULT_CONNECTIONS = 8;

	/** Of the application's, which has other uses for them. */
	private static final int DEFAULT_BORROWED = 3;

	@Override
	public Set<String> schemes() {
		return Set.of("jdbc", "postgresql", "mariadb", "mysql");
	}

	@Override
	public List<ClientLibrary> requires() {
		// which driver it is depends on the rest of the url
		return List.of();
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		Duration callTimeout = config.callTimeout();
		Clock clock = config.environment().clock();
		Executor callbacks = config.environment().callbacks();
		boolean borrowed = url.scheme().equals("jdbc") && url.path().isEmpty() && url.authority().isEmpty();
		Dialect declared = null;
		Connections.Opener opener;
		Connections.Opener listener;
		if (borrowed) {
			DataSource source = dataSource(config);
			opener = () -> Link.open(source::getConnection, callTimeout, true, clock);
			listener = opener;
		}
		else {
			String target = target(url);
			Properties properties = properties(url, target, callTimeout);
			declared = Dialect.declared(target);
			opener = () -> Link.open(() -> DriverManager.getConnection(target, properties), callTimeout, false, clock);
			Properties listening = listening(target, properties);
			listener = () -> Link.open(() -> DriverManager.getConnection(target, listening), callTimeout, false, clock);
		}
		// the connection for renewals is opened in nobody's transaction, and must wait
		// for no listener; one that has gone must not be replaced unnoticed
		Connections heart = new Connections(opener, JdbcBackendProvider::onItsOwn, clock, callTimeout, 1, false);
		Connections connections = new Connections(opener, callbacks, clock, callTimeout, size(url, borrowed), true);
		return new JdbcBackend(config, heart, connections, listener, new Schema(mode(url), config.namespace()),
				declared);
	}

	private static void onItsOwn(Runnable task) {
		Thread thread = new Thread(task, "coordination-sql-connect");
		thread.setDaemon(true);
		thread.start();
	}

	private static DataSource dataSource(BackendConfig config) {
		config.url().requireOptions(OPTIONS);
		return (DataSource) config.clients()
			.find(DataSource.class)
			.orElseThrow(() -> new ConfigurationException(BackendUrl.SETTING,
					"it is jdbc: alone, and the application has no DataSource.",
					"Define a DataSource, or write jdbc:postgresql://host/database and the like."));
	}

	/** The driver's url, without options. */
	private static String target(BackendUrl url) {
		String target = "jdbc:" + url.path();
		if (!url.scheme().equals("jdbc")) {
			url.requireOptions(OPTIONS);
			if (url.authority().isEmpty() || url.path().length() < 2) {
				throw new ConfigurationException(BackendUrl.SETTING, "it names no host or no database.",
						"Write " + url.scheme() + "://user:password@host/database.");
			}
			target = "jdbc:" + url.scheme() + "://" + url.authority() + url.path();
		}
		if (target.contains(":memory:")) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"it is a database that each connection has for itself.",
					"Name a file, as in jdbc:sqlite:/var/lib/app/coordination.db.");
		}
		if (MISPLACED_USER.matcher(target).lookingAt()) {
			// the driver would take it for a host, and name it in its messages
			throw new ConfigurationException(BackendUrl.SETTING,
					"its driver knows no user and password before the host.",
					"Leave out jdbc:, as in postgresql://user:password@host/database.");
		}
		try {
			DriverManager.getDriver(target);
		}
		catch (SQLException ex) {
			throw new ConfigurationException(BackendUrl.SETTING, "no driver for it is on the class path.",
					"Add the database's driver, such as org.postgresql:postgresql, org.mariadb.jdbc:mariadb-java-client"
							+ " or org.xerial:sqlite-jdbc, or correct the beginning of the url.");
		}
		return target;
	}

	private static Properties properties(BackendUrl url, String target, Duration callTimeout) {
		Properties properties = new Properties();
		url.options().forEach((name, value) -> {
			if (!OPTIONS.contains(name)) {
				properties.setProperty(name, value);
			}
		});
		if (!url.userInfo().isEmpty()) {
			int colon = url.userInfo().indexOf(':');
			properties.setProperty("user", (colon >= 0) ? url.userInfo().substring(0, colon) : url.userInfo());
			properties.setProperty("password", (colon >= 0) ? url.userInfo().substring(colon + 1) : "");
		}
		defaults(target, callTimeout).forEach(properties::putIfAbsent);
		return properties;
	}

	/** What drivers are told unless the url says otherwise: no wait is without an end. */
	static Map<String, String> defaults(String target, Duration callTimeout) {
		String millis = Long.toString(callTimeout.toMillis());
		String seconds = Long.toString(Math.max(callTimeout.toSeconds(), 1));
		if (target.startsWith("jdbc:postgresql:")) {
			return Map.of("connectTimeout", seconds, "loginTimeout", seconds, "socketTimeout", seconds, "tcpKeepAlive",
					"true", "ApplicationName", "coordination", "targetServerType",
					target.contains(",") ? "primary" : "any");
		}
		if (target.startsWith("jdbc:mariadb:") || target.startsWith("jdbc:mysql:")) {
			// statements are few and long: the server reads each once
			return Map.of("connectTimeout", millis, "socketTimeout", millis, "tcpKeepAlive", "true",
					"useServerPrepStmts", "true");
		}
		if (Dialect.isRemoteH2(target) && !target.toUpperCase(Locale.ROOT).contains(";NETWORK_TIMEOUT=")) {
			return Map.of("NETWORK_TIMEOUT", millis);
		}
		if (target.startsWith("jdbc:sqlite:")) {
			// what a power failure takes has no holder left on this machine
			return Map.of("synchronous", "NORMAL");
		}
		return Map.of();
	}

	/** For the connection that is told of changes. What the url says goes first. */
	private static Properties listening(String target, Properties properties) {
		Properties listening = new Properties();
		listening.putAll(properties);
		if (target.startsWith("jdbc:postgresql:") && !target.contains(SOCKET_FACTORY)) {
			try {
				// a driver of the server's own class path cannot see this library
				Class.forName(ListeningSocketFactory.class.getName(), false,
						DriverManager.getDriver(target).getClass().getClassLoader());
				listening.putIfAbsent(SOCKET_FACTORY, ListeningSocketFactory.class.getName());
			}
			catch (ClassNotFoundException | SQLException ex) {
				// changes are told a millisecond later
			}
		}
		return listening;
	}

	private static Schema.Mode mode(BackendUrl url) {
		String mode = url.options().getOrDefault(INITIALIZE, "embedded");
		try {
			return Schema.Mode.valueOf(mode.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw new ConfigurationException(BackendUrl.SETTING, "the option initialize-schema is '" + mode + "'.",
					Spelling.suggest(mode, Set.of("always", "embedded", "never")) + "Write always, embedded or never.");
		}
	}

	private static int size(BackendUrl url, boolean borrowed) {
		String size = url.options()
			.getOrDefault(CONNECTIONS, Integer.toString(borrowed ? DEFAULT_BORROWED : DEFAULT_CONNECTIONS));
		if (!size.matches("[1-9][0-9]{0,2}")) {
			throw new ConfigurationException(BackendUrl.SETTING, "the option connections is '" + size + "'.",
					"Write how many there may be, 1 to 999.");
		}
		return Integer.parseInt(size);
	}

}
