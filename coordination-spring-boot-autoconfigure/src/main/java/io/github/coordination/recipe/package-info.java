/**
 * The recipes: every primitive written once, over any backend.
 */
@NullMarked
package io.github.coordination.recipe;

import org.jspecify.annotations.NullMarked;
