/**
 * Coordination in memory for tests of applications: the real recipes on a store of their
 * own, with a clock to set forward, other processes to compete with, and faults on
 * request.
 */
@NullMarked
package io.github.coordination.test.memory;

import org.jspecify.annotations.NullMarked;
