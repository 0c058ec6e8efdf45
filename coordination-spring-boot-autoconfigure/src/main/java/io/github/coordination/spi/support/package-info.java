/**
 * Parts that several backends need, written once.
 */
@NullMarked
package io.github.coordination.spi.support;

import org.jspecify.annotations.NullMarked;
