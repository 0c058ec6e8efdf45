package io.github.coordination.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Makes the application a member of a group while a bean of this class is in its context:
 * from the moment it accepts traffic until it refuses traffic or stops, before its web
 * server is drained. Beans that name the same group share one membership, and their
 * metadata is merged. When the session is lost the membership ends with it, and is taken
 * up again with the next session.
 *
 * <pre class="code">
 * &#64;Component
 * &#64;GroupMember(group = "workers", metadata = { "zone=${app.zone}", "weight=2" })
 * class Worker { ... }
 * </pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface GroupMember {

	/**
	 * Alias for {@link #group()}.
	 * @return the group's name
	 */
	@AliasFor("group")
	String value() default "";

	/**
	 * Name of the group; may hold {@code ${...}} placeholders. Required.
	 * @return the group's name
	 */
	@AliasFor("value")
	String group() default "";

	/**
	 * What others see of this member, each as {@code key=value}; values may hold
	 * {@code ${...}} placeholders. {@code weight} weights its share of the partitions.
	 * @return the metadata
	 */
	String[] metadata() default {};

}
