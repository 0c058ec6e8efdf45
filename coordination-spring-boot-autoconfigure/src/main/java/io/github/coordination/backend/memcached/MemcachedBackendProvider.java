package io.github.coordination.backend.memcached;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * Serves {@code memcached:} and, over TLS, {@code memcacheds:}:
 * {@code memcached://[user:password@]host[:11211]}. There is one server and never
 * another, because another one would know nothing of what the first one holds. With
 * {@code memcacheds:} the options of {@link TlsMaterial} are known. Needs no client
 * library.
 */
public final class MemcachedBackendProvider implements BackendProvider {

	private static final String SECURE = "memcacheds";

	private static final int DEFAULT_PORT = 11211;

	private static final int MAX_PORT = 65535;

	private static final Pattern SERVER = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

	/** Neither may have a blank in it: that is how the server tells them apart. */
	private static final Pattern USER = Pattern.compile("[\\x21-\\x39\\x3b-\\x7e]+:[\\x21-\\x7e]+");

	@Override
	public Set<String> schemes() {
		return Set.of("memcached", SECURE);
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of();
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		boolean secure = url.scheme().equals(SECURE);
		url.requireOptions(secure ? TlsMaterial.OPTIONS : Set.of());
		Matcher server = SERVER.matcher(url.authority());
		if (!server.matches() || !(url.path().isEmpty() || url.path().equals("/"))) {
			throw refused("it does not name one memcached server.",
					"Write memcached://host:11211, with one host and nothing behind the port.");
		}
		int port = (server.group(2) != null) ? Integer.parseInt(server.group(2)) : DEFAULT_PORT;
		if (port < 1 || port > MAX_PORT) {
			throw refused("its port is none.", "Write memcached://host:11211.");
		}
		String user = url.userInfo();
		if (!user.isEmpty() && !USER.matcher(user).matches()) {
			throw refused("what stands before the @ is no user and password.",
					"Write memcached://user:password@host:11211, both of ASCII characters without blanks.");
		}
		TlsMaterial tls = secure ? TlsMaterial.from(config) : null;
		String host = server.group(1).replaceAll("^\\[|]$", "");
		return new MemcachedBackend(new Connection.Target(host, port, user.replaceFirst(":", " "), tls), config);
	}

	private static ConfigurationException refused(String problem, String action) {
		return new ConfigurationException(BackendUrl.SETTING, problem, action);
	}

}
