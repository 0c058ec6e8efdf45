/**
 * The store in Redis or Valkey.
 */
@NullMarked
package io.github.coordination.backend.redis;

import org.jspecify.annotations.NullMarked;
