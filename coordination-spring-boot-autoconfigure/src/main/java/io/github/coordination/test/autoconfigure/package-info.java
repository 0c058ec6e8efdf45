/**
 * Replaces the coordinator in tests of Spring Boot applications.
 */
@NullMarked
package io.github.coordination.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
