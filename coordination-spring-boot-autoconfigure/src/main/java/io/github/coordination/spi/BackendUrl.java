package io.github.coordination.spi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.coordination.ConfigurationException;

/**
 * A store's url,
 * {@code scheme:[//[user:password@]host[:port][,host[:port]...]][path][?key=value[&...]]}.
 * It is never printed whole, because it may hold a password.
 *
 * @param scheme the scheme in lower case
 * @param userInfo what stands before the {@code @}, decoded; empty if there is none
 * @param authority hosts and ports as written; empty if there are none
 * @param path the decoded path, or for {@code scheme:text} the text
 * @param options what stands behind the {@code ?}, decoded
 */
public record BackendUrl(String scheme, String userInfo, String authority, String path, Map<String, String> options) {

	/**
	 * Name of the property that holds the url.
	 */
	public static final String SETTING = "coordination.url";

	public BackendUrl {
		options = Map.copyOf(options);
	}

	/**
	 * Take a url apart.
	 * @param url the text
	 * @return its parts
	 * @throws ConfigurationException if it has no scheme or a faulty option
	 */
	public static BackendUrl parse(String url) {
		int colon = url.indexOf(':');
		if (colon < 1 || !url.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
			throw new ConfigurationException(SETTING, "it does not begin with a scheme.",
					"Write scheme:..., such as file:/var/lib/app/coordination or local:test.");
		}
		String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
		String rest = url.substring(colon + 1);
		Map<String, String> options = new LinkedHashMap<>();
		int question = rest.indexOf('?');
		if (question >= 0) {
			parseOptions(rest.substring(question + 1), options);
			rest = rest.substring(0, question);
		}
		String userInfo = "";
		String authority = "";
		if (rest.startsWith("//")) {
			int slash = rest.indexOf('/', 2);
			authority = (slash >= 0) ? rest.substring(2, slash) : rest.substring(2);
			rest = (slash >= 0) ? rest.substring(slash) : "";
			int at = authority.lastIndexOf('@');
			if (at >= 0) {
				userInfo = decode(authority.substring(0, at));
				authority = authority.substring(at + 1);
			}
		}
		return new BackendUrl(scheme, userInfo, authority, decode(rest), options);
	}

	/**
	 * Check that no option is misspelt.
	 * @param known the options the backend knows
	 * @throws ConfigurationException if there is another one
	 */
	public void requireOptions(Set<String> known) {
		for (String option : this.options.keySet()) {
			if (!known.contains(option)) {
				throw new ConfigurationException(SETTING,
						"the option '" + option + "' is not known to the scheme " + this.scheme + ":.",
						known.isEmpty() ? "Remove it; this scheme has no options." : Spelling.suggest(option, known)
								+ "Known options: " + String.join(", ", known.stream().sorted().toList()) + ".");
			}
		}
	}

	/**
	 * Name the url without what may be secret: options, and paths that are no paths, may
	 * hold passwords.
	 */
	@Override
	public String toString() {
		if (!this.authority.isEmpty() && this.path.contains("@")) {
			// a password with a slash in it was taken apart in the wrong place
			return this.scheme + ":";
		}
		String hosts = this.authority.isEmpty() ? "" : "//" + this.authority;
		return this.scheme + ":" + hosts + (this.path.startsWith("/") ? this.path : "");
	}

	private static void parseOptions(String query, Map<String, String> options) {
		for (String pair : query.split("&", -1)) {
			int equals = pair.indexOf('=');
			if (equals < 1) {
				throw new ConfigurationException(SETTING, "an option behind the ? is not of the form key=value.",
						"Write ?key=value&key=value, with % codes for special characters.");
			}
			options.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
		}
	}

	private static String decode(String text) {
		try {
			// a plus sign is itself in a path, unlike in a form
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new ConfigurationException(SETTING, "a % code in it is not two hexadecimal digits.",
					"Write % itself as %25.");
		}
	}

}
