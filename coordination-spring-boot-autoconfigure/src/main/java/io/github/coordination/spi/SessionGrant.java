package io.github.coordination.spi;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the store grants when a session is opened or renewed.
 *
 * @param ttl how long the store keeps the session without hearing of it, as granted
 * @param safeTtl how long after a renewal was <em>sent</em> its session may be believed
 * to exist; {@code null} if it exists as long as the process does
 * @param storeIdentity changes when the store has lost its contents or was replaced
 */
public record SessionGrant(Duration ttl, @Nullable Duration safeTtl, String storeIdentity) {
}
