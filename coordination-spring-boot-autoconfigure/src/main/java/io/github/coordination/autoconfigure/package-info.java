/**
 * Auto-configuration: properties, the {@link io.github.coordination.Coordinator} bean,
 * what joins and leaves with the application, and reports of what cannot work.
 */
@NullMarked
package io.github.coordination.autoconfigure;

import org.jspecify.annotations.NullMarked;
