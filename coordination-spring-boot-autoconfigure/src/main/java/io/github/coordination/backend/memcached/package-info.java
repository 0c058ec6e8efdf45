/**
 * Documents in memcached, over its text protocol.
 */
@NullMarked
package io.github.coordination.backend.memcached;

import org.jspecify.annotations.NullMarked;
