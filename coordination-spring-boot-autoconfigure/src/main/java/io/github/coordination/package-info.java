/**
 * What an application imports: {@link io.github.coordination.Coordinator} and the
 * primitives it hands out.
 */
@NullMarked
package io.github.coordination;

import org.jspecify.annotations.NullMarked;
