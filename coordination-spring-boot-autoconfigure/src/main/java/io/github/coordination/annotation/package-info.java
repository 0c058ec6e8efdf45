/**
 * Annotations that coordinate the methods and beans of a Spring application.
 *
 * <p>
 * They work through proxies: a call is seen only when it comes from outside the bean.
 * What a proxy cannot intercept, a final, private or static method or a final class, is
 * refused at start. A call from one method of a bean to another one of the same bean
 * passes no proxy, and is warned of at start where it can be recognised: move the
 * annotated method to a bean of its own.
 */
@NullMarked
package io.github.coordination.annotation;

import org.jspecify.annotations.NullMarked;
