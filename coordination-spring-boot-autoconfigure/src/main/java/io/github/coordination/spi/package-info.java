/**
 * What a backend implements: a small store of entries that have revisions, live in
 * directories, and may be bound to a session. Everything users see is built on it once,
 * in the recipes.
 */
@NullMarked
package io.github.coordination.spi;

import org.jspecify.annotations.NullMarked;
