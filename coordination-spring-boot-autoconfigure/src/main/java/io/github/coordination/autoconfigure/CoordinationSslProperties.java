package io.github.coordination.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of TLS to the store.
 *
 * @param bundle Name of the SSL bundle whose certificates are used, with a url whose
 * scheme speaks TLS and that names no files of its own.
 */
@ConfigurationProperties("coordination.ssl")
record CoordinationSslProperties(@Nullable String bundle) {

	static final String SETTING = "coordination.ssl.bundle";

}
