/**
 * Entries in Consul's key-value store, over its HTTP interface.
 */
@NullMarked
package io.github.coordination.backend.consul;

import org.jspecify.annotations.NullMarked;
