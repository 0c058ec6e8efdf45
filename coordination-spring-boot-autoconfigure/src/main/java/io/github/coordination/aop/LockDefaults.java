package io.github.coordination.aop;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What holds for annotated methods where their annotation does not say.
 *
 * @param waitTime how long to wait for a lock
 * @param maxHold upper bound of holding a lock, {@code null} if there is none
 */
public record LockDefaults(Duration waitTime, @Nullable Duration maxHold) {
}
