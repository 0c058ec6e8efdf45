package io.github.coordination;

import java.time.Duration;
import java.util.List;

/**
 * Proof of holding a lock, or several, or a permit. Ownership belongs to this object and
 * not to a thread: any thread may use or close it.
 *
 * <p>
 * What is held is a <em>lease</em>. It is renewed in the background as long as the
 * process and the store can talk, and it is lost at a local deadline that lies before the
 * moment the store may give it to somebody else. Every question here is computed when it
 * is asked. A process that is paused between asking and acting can still act too late;
 * only a resource that checks the {@linkplain #fencingToken() token} excludes that.
 *
 * <p>
 * Safe for use by several threads. No method but {@link #close()} and {@link #release()}
 * talks to the store.
 */
public interface LockHandle extends AutoCloseable {

	/**
	 * Return the name that is held.
	 * @return the lock's name; several names are joined by {@code ", "}
	 */
	String name();

	/**
	 * Return the token of this grant.
	 * @return the token, larger for each later holder of the name
	 * @throws LockLostException if it is no longer held
	 * @throws MisuseException if several names are held; ask for one of them
	 */
	FencingToken fencingToken();

	/**
	 * Return the token of one of the names held.
	 * @param name a name this handle holds
	 * @return the token of that name
	 * @throws LockLostException if it is no longer held
	 * @throws MisuseException if this handle does not hold that name
	 */
	default FencingToken fencingToken(String name) {
		return part(name).fencingToken();
	}

	/**
	 * Return the handle of one of the names held, such as to give it back before the
	 * others. What becomes of a part counts for the whole: it is held while all parts
	 * are.
	 * @param name a name this handle holds
	 * @return the handle of that name, this one if it holds no other
	 * @throws MisuseException if this handle does not hold that name
	 */
	default LockHandle part(String name) {
		if (!name.equals(name())) {
			throw new MisuseException("this handle holds '" + name() + "' and not '" + name + "'");
		}
		return this;
	}

	/**
	 * Return several handles as one, which is held while all of them are.
	 * @param handles at least one handle
	 * @return the handle of them all
	 */
	static LockHandle of(List<? extends LockHandle> handles) {
		return new SeveralHandle(List.copyOf(handles));
	}

	/**
	 * Whether it is held at this moment, judged by the local deadline and without asking
	 * the store.
	 * @return {@code false} after release, after loss, and while the store has not
	 * confirmed the session in time
	 */
	boolean isHeld();

	/**
	 * Return how long it stays held if the store is never heard of again.
	 * @return the time left; {@link Duration#ZERO} if it is not held;
	 * {@code ChronoUnit.FOREVER}'s duration where the store needs no renewal
	 */
	Duration remaining();

	/**
	 * Check that it is still held, right before a step that must not happen otherwise.
	 * @throws LockLostException if it is not held
	 */
	void ensureHeld();

	/**
	 * Call back once when it is lost, not when it is released. The call comes on a thread
	 * of the coordinator, at once if it is already lost; an exception from it is logged.
	 * @param callback what to do
	 * @return a way to take the callback back
	 */
	Subscription onLost(Runnable callback);

	/**
	 * Give it back. From this call on it is not held here, whatever the store answers; a
	 * removal the store does not confirm is repeated in the background until it is, or
	 * until the session ends. Never throws because of the store.
	 * @return {@code true} if it was still held, {@code false} if it had been lost or
	 * given back before
	 */
	boolean release();

	/**
	 * {@link #release()}, for try-with-resources.
	 */
	@Override
	default void close() {
		release();
	}

}
