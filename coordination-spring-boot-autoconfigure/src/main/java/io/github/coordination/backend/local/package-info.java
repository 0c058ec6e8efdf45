/**
 * The store within one process.
 */
@NullMarked
package io.github.coordination.backend.local;

import org.jspecify.annotations.NullMarked;
