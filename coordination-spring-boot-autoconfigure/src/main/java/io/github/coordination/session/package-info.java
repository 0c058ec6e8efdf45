/**
 * The session engine: one heart per coordinator, its deadline, and what happens when the
 * store is not heard of.
 */
@NullMarked
package io.github.coordination.session;

import org.jspecify.annotations.NullMarked;
