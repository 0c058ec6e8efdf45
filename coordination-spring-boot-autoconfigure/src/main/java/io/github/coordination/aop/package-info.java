/**
 * What stands behind the annotations: advisors that read and check the annotated methods
 * of a bean once, and interceptors that do as little as possible for each call.
 */
@NullMarked
package io.github.coordination.aop;

import org.jspecify.annotations.NullMarked;
