package io.github.coordination.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method only in the process that leads an election, made for {@code @Scheduled}.
 * On a class it stands for each of its methods that is neither private nor static. Can be
 * used as a meta-annotation.
 *
 * <p>
 * The application stands for the election from when it is ready until its scheduled work
 * has stopped. Leadership is asked for when the call begins, or with a reactive return
 * type when it is subscribed to, by the local deadline and without asking the store; a
 * call that is running when leadership ends goes on, unless {@link #onRevoked()} says
 * otherwise. A parameter of type {@link io.github.coordination.FencingToken} is filled in
 * with the term's token, unless the method also has {@link DistributedLock}, whose token
 * it gets then.
 *
 * <pre class="code">
 * &#64;Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
 * &#64;LeaderOnly("billing")
 * public void sendInvoices() { ... }
 * </pre>
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(AnnotatedTypeProcessor.class)
public @interface LeaderOnly {

	/**
	 * Alias for {@link #election()}.
	 * @return the election's name
	 */
	@AliasFor("election")
	String value() default "";

	/**
	 * Name of the election; may hold {@code ${...}} placeholders. Required.
	 * @return the election's name
	 */
	@AliasFor("value")
	String election() default "";

	/**
	 * What to do in a process that does not lead.
	 * @return the policy
	 */
	OnFollower onFollower() default OnFollower.SKIP;

	/**
	 * What to do with a call that is running when leadership ends. With
	 * {@link OnRevoked#INTERRUPT} leadership moves on only after the call is over, or
	 * after {@code coordination.revocation-timeout}; when the session is lost nothing can
	 * be waited for.
	 * @return the policy
	 */
	OnRevoked onRevoked() default OnRevoked.NOTIFY;

}
