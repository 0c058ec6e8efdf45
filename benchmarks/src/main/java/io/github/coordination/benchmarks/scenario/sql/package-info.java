/**
 * SQL databases: the bare rows, and the libraries that lock with them.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.sql;

import org.jspecify.annotations.NullMarked;
