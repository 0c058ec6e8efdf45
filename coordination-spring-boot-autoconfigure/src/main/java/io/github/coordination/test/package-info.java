/**
 * Support for tests: time that is set by hand, threads that run when they are told to,
 * and a store that fails on request.
 */
@NullMarked
package io.github.coordination.test;

import org.jspecify.annotations.NullMarked;
