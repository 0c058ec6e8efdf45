/**
 * Several instances post a file of payments to accounts in one database, and the total
 * never changes.
 */
@NullMarked
package io.github.coordination.sample;

import org.jspecify.annotations.NullMarked;
