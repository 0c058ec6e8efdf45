/**
 * The {@code etcd:} backend: one lease per session, one transaction per step, one watch
 * per namespace.
 */
@NullMarked
package io.github.coordination.backend.etcd;

import org.jspecify.annotations.NullMarked;
