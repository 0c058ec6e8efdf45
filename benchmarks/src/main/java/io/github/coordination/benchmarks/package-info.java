/**
 * JMH benchmarks. Nothing here is published.
 */
@NullMarked
package io.github.coordination.benchmarks;

import org.jspecify.annotations.NullMarked;
