package io.github.coordination.spi;

import java.time.Duration;

import io.github.coordination.ClientSource;

/**
 * What a backend is built from.
 *
 * @param url the store's url
 * @param namespace the namespace all directories will have
 * @param ttl the session ttl that will be asked for
 * @param callTimeout how long a call may take before its outcome counts as unknown
 * @param environment time, threads and chance
 * @param clients where a url that is a scheme alone finds the application's client
 */
public record BackendConfig(BackendUrl url, String namespace, Duration ttl, Duration callTimeout,
		Environment environment, ClientSource clients) {
}
