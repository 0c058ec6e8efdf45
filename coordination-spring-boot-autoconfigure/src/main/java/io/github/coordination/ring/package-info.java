/**
 * The weighted consistent-hash ring behind work partitioning. It is pure computation: it
 * needs no store, no session and nothing but the JDK.
 */
@NullMarked
package io.github.coordination.ring;

import org.jspecify.annotations.NullMarked;
