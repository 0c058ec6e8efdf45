package io.github.coordination.backend.consul;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * Serves {@code consul:} and, over TLS, {@code consuls:}:
 * {@code consul://[:token@]host[:8500][/prefix][?datacenter=name]}. The token is an ACL
 * token; the prefix is what all keys begin with, {@code coordination} if it is left out.
 * With {@code consuls:} the port is 8501 and the options of {@link TlsMaterial} are known
 * too. Needs no client library.
 */
public final class ConsulBackendProvider implements BackendProvider {

	private static final String SECURE = "consuls";

	private static final String DATACENTER = "datacenter";

	private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?");

	private static final Pattern PREFIX = Pattern.compile("(/(?!\\.\\.?(/|$))[A-Za-z0-9_.-]+)*/?");

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

	/** What may stand in a header. */
	private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

	@Override
	public Set<String> schemes() {
		return Set.of("consul", SECURE);
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of();
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		boolean secure = url.scheme().equals(SECURE);
		Set<String> known = new HashSet<>(Set.of(DATACENTER));
		if (secure) {
			known.addAll(TlsMaterial.OPTIONS);
		}
		url.requireOptions(known);
		String datacenter = url.options().getOrDefault(DATACENTER, "");
		if (url.options().containsKey(DATACENTER) && !NAME.matcher(datacenter).matches()) {
			throw refused("the option datacenter is not the name of one.", "Write datacenter=dc1.");
		}
		Http http = new Http(address(url, secure), token(url), secure ? TlsMaterial.from(config).context() : null,
				config);
		return new ConsulBackend(new ConsulConnection(http, datacenter), new Keys(prefix(url), config.namespace()),
				config);
	}

	private static URI address(BackendUrl url, boolean secure) {
		String host = url.authority();
		if (!HOST.matcher(host).matches()) {
			throw refused("it does not name one Consul agent.",
					"Write consul://host:8500, with one host: the agent of this machine, or a load balancer.");
		}
		boolean hasPort = host.lastIndexOf(':') > host.lastIndexOf(']');
		try {
			return new URI((secure ? "https://" : "http://") + host + (hasPort ? "" : secure ? ":8501" : ":8500"));
		}
		catch (URISyntaxException ex) {
			throw refused("its host cannot be understood.", "Write consul://host:8500.");
		}
	}

	private static String prefix(BackendUrl url) {
		String path = url.path();
		if (!PREFIX.matcher(path).matches()) {
			throw refused("its path is no prefix of keys.",
					"Use letters, digits, '_', '-' and '.', and '/' in between: consul://host:8500/team/app.");
		}
		String trimmed = path.replaceAll("^/|/$", "");
		return (trimmed.isEmpty() ? "coordination" : trimmed) + "/";
	}

	private static String token(BackendUrl url) {
		String token = url.userInfo().startsWith(":") ? url.userInfo().substring(1) : url.userInfo();
		if (!url.userInfo().isEmpty() && (token.contains(":") || !TOKEN.matcher(token).matches())) {
			throw refused("what stands before the @ is no ACL token.", "Write consul://:token@host:8500.");
		}
		return token;
	}

	private static ConfigurationException refused(String problem, String action) {
		return new ConfigurationException(BackendUrl.SETTING, problem, action);
	}

}
