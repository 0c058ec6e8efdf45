/**
 * Spring application events that tell what happened to locks, elections, groups and the
 * session. They are immutable, and published in order for each name on a thread of the
 * coordinator, from the moment the context is ready until it closes.
 */
@NullMarked
package io.github.coordination.event;

import org.jspecify.annotations.NullMarked;
