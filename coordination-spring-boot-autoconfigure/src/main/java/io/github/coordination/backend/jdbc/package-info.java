/**
 * Coordination through a SQL database: leases by the database's clock, and one row for
 * each queue.
 */
@NullMarked
package io.github.coordination.backend.jdbc;

import org.jspecify.annotations.NullMarked;
