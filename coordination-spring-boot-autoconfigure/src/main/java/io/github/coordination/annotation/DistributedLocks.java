package io.github.coordination.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Holds the {@link DistributedLock} annotations of a method that needs several locks;
 * repeating that one is the same.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(AnnotatedTypeProcessor.class)
public @interface DistributedLocks {

	/**
	 * The locks, in any order.
	 * @return the annotations
	 */
	DistributedLock[] value();

}
