/**
 * AssertJ assertions about coordination.
 */
@NullMarked
package io.github.coordination.test.assertj;

import org.jspecify.annotations.NullMarked;
