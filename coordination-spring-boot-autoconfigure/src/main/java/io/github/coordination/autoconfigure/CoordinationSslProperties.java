package io.github.coordination.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Properties of TLS to the store.
 *
 * @param bundle Name of the SSL bundle whose certificates are used, with a url whose
 * scheme speaks TLS and that names no files of its own.
 */
record CoordinationSslProperties(@Nullable String bundle) {

	static final CoordinationSslProperties DEFAULTS = new CoordinationSslProperties(null);

	static final String SETTING = "coordination.ssl.bundle";

}
