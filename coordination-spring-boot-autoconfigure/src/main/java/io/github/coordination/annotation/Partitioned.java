package io.github.coordination.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method only in the process that owns a key among the members of a group. On a
 * class it stands for each of its methods that is neither private nor static. Can be used
 * as a meta-annotation.
 *
 * <p>
 * The application joins the group, as if a bean had {@link GroupMember}, and shares its
 * slots with the other members. The keys of a group are spread over a fixed number of
 * slots ({@code coordination.slots}); a slot has one owner at a time, which is
 * {@code coordinator.partition(group).isMine(key)}, asked without going to the store.
 *
 * <p>
 * When a slot moves to another member, it is given away only after the running calls for
 * its keys are over, or after {@code coordination.revocation-timeout}; calls that begin
 * meanwhile are those of a process that does not own the key. A call is over when the
 * method has returned, or the future, {@code Mono} or {@code Flux} that it returned has
 * ended. When the session is lost nothing can be waited for: the slot has ended by its
 * deadline. A parameter of type {@link io.github.coordination.FencingToken} is filled in
 * with the token of the slot, larger for each later owner, unless the method also has
 * {@link DistributedLock}, whose token it gets then.
 *
 * <pre class="code">
 * &#64;KafkaListener(topics = "orders")
 * &#64;Partitioned(group = "workers", key = "#order.customer")
 * public void handle(Order order) { ... }
 * </pre>
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(AnnotatedTypeProcessor.class)
public @interface Partitioned {

	/**
	 * Name of the group whose members share the keys; may hold {@code ${...}}
	 * placeholders. Required.
	 * @return the group's name
	 */
	String group();

	/**
	 * SpEL expression over the parameters, such as {@code #order.customer}, whose value
	 * as a text is the key. It must not be {@code null} or empty when the method is
	 * called. Required.
	 * @return the expression
	 */
	String key();

	/**
	 * What to do in a process that does not own the key.
	 * @return the policy
	 */
	OnOther onOther() default OnOther.SKIP;

	/**
	 * What to do with a call that is running when its slot moves. Either way the slot is
	 * given away only after the call is over or the time limit has passed.
	 * @return the policy
	 */
	OnRevoked onRevoked() default OnRevoked.NOTIFY;

}
