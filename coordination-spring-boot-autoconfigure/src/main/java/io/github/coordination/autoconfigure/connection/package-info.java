/**
 * Where a store is that runs in a container of a test or of Docker Compose. Only for
 * images that nobody but coordination has a use for: a container with Redis or a database
 * already gives the application its own connection, which a url that is a scheme alone
 * uses.
 */
@NullMarked
package io.github.coordination.autoconfigure.connection;

import org.jspecify.annotations.NullMarked;
