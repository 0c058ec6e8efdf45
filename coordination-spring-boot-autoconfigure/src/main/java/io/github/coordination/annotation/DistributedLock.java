package io.github.coordination.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method under a distributed lock. On a class it stands for each of its methods
 * that is neither private nor static. Can be used as a meta-annotation.
 *
 * <p>
 * The lock is {@code coordinator.lock(name)}, or with {@link LockMode#SHARED} the read
 * side of {@code coordinator.readWriteLock(name)}, which exclude each other.
 *
 * <p>
 * It is taken before a transaction begins and given back after it has ended, and when the
 * method returns a {@link java.util.concurrent.CompletableFuture} only after that has
 * completed. A nested call for the same name on the same thread passes through, as long
 * as the lock is not lost; it may not turn a shared lock into an exclusive one. A
 * parameter of type {@link io.github.coordination.FencingToken} or
 * {@link io.github.coordination.LockHandle} is filled in, whatever the caller passes.
 *
 * <p>
 * A method that returns a {@code Mono}, a {@code Flux}, or another reactive type that
 * Spring can adapt, needs Reactor. Each subscription is a call of its own: the lock is
 * asked for when it begins, on a thread that may block, then the method itself runs on
 * that thread, and the lock is held until what it returned completes, fails or is
 * cancelled. What is subscribed to inside of it passes through for the same name.
 *
 * <p>
 * Repeated on a method, or on its class, it asks for several locks, which are taken in
 * the order of their names, so that two methods cannot wait for each other, all or none
 * of them, within one waiting time. Only name, key and mode may differ among them. The
 * parameter is then a {@code LockHandle} that is asked for the token of each name. Those
 * of a method replace those of its class.
 *
 * <pre class="code">
 * &#64;DistributedLock(name = "orders", key = "#order.id")
 * public void ship(Order order, FencingToken token) { ... }
 * </pre>
 *
 * Durations are written like {@code 500ms}, {@code 10s} or {@code PT10S}; all texts but
 * the key may hold {@code ${...}} placeholders. Everything is read once, when the bean is
 * made, and what cannot work fails the start. A call from inside the same bean takes no
 * lock; those that can be recognised are warned of at start.
 *
 * <p>
 * A call fails with {@link io.github.coordination.LockNotAcquiredException} if somebody
 * else has the lock for the whole waiting time or if it is interrupted while it waits,
 * unless the method itself declares {@link InterruptedException}; and with
 * {@link io.github.coordination.BackendUnavailableException} if the store does not
 * answer, also with {@link OnBusy#SKIP}.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(AnnotatedTypeProcessor.class)
@Repeatable(DistributedLocks.class)
public @interface DistributedLock {

	/**
	 * Alias for {@link #name()}.
	 * @return the lock's name
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * Name of the lock, the same in all processes that shall exclude each other.
	 * Required.
	 * @return the lock's name
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * SpEL expression over the parameters, such as {@code #order.id}, whose value is
	 * appended to the name after a colon, so that each value is a lock of its own.
	 * {@code #root} is the call: {@code #root.methodName}, {@code #root.targetClass},
	 * {@code #root.args}. It must not be {@code null} or empty when the method is called.
	 * Without it there is one lock.
	 * @return the expression
	 */
	String key() default "";

	/**
	 * How long to wait for the lock; {@code 0} asks once. The default is
	 * {@code coordination.wait-time}, and not to wait at all with {@link OnBusy#SKIP}.
	 * @return the duration
	 */
	String waitTime() default "";

	/**
	 * Upper bound of holding the lock. When it passes while the call runs, the lock
	 * counts as lost and is given to the next. The default is
	 * {@code coordination.max-hold}, of which there is none: a lock is renewed as long as
	 * the process lives.
	 * @return the duration
	 */
	String maxHold() default "";

	/**
	 * Lower bound of holding the lock: a shorter call returns at once, but gives the lock
	 * back only then, so that clocks that differ do not run a scheduled task twice. It
	 * lasts only until the application context is closed.
	 * @return the duration
	 */
	String atLeastFor() default "";

	/**
	 * With whom the lock is shared.
	 * @return the mode
	 */
	LockMode mode() default LockMode.EXCLUSIVE;

	/**
	 * What to do when somebody else has the lock for the whole waiting time.
	 * @return the policy
	 */
	OnBusy onBusy() default OnBusy.THROW;

	/**
	 * What to do when the lock is lost while the call runs.
	 * @return the policy
	 */
	OnLost onLost() default OnLost.INTERRUPT;

}
