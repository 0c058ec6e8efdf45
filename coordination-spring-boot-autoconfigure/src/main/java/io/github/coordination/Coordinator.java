package io.github.coordination;

import java.util.Collection;
import java.util.List;

/**
 * Entry point: one connection to one store, with one session that carries everything this
 * process holds. Objects it hands out for the same name are the same or equivalent;
 * asking for them costs nothing and talks to nobody. Safe for use by several threads.
 *
 * <p>
 * Names are any non-empty text up to 512 bytes of UTF-8. All names live in the
 * coordinator's namespace; locks, elections, groups and so on of the same name have
 * nothing to do with each other, but the write side of a read-write lock is the lock of
 * its name. A name or number that is not allowed is an {@link IllegalArgumentException}.
 *
 * <p>
 * A method that talks to the store, here and in the objects handed out, throws
 * {@link BackendUnavailableException} if the store could not be reached and
 * {@link IndeterminateResultException} if its answer did not come in time; after
 * {@link #close()} it throws {@link MisuseException}.
 */
public interface Coordinator extends AutoCloseable {

	/**
	 * Connect to the store that a url names, such as
	 * {@code file:/var/lib/app/coordination}, with default options. Blocks until the
	 * session is open.
	 * @param url the store's url
	 * @return the coordinator; close it to release everything it holds
	 * @throws ConfigurationException if the url cannot work
	 * @throws BackendUnavailableException if the store does not answer in time
	 */
	static Coordinator connect(String url) {
		return connect(CoordinatorOptions.of(url));
	}

	/**
	 * Connect to a store. Blocks until the session is open, at most
	 * {@link CoordinatorOptions#connectTimeout()}.
	 * @param options the store and how to use it
	 * @return the coordinator; close it to release everything it holds
	 * @throws ConfigurationException if the options cannot work
	 * @throws BackendUnavailableException if the store does not answer in time
	 */
	static Coordinator connect(CoordinatorOptions options) {
		return CoordinatorFactory.find().connect(options);
	}

	/**
	 * Return an exclusive lock.
	 * @param name the lock's name
	 * @return the lock
	 */
	NamedLock lock(String name);

	/**
	 * Return several exclusive locks that are acquired together, in an order that is the
	 * same in all processes, all or none.
	 * @param names at least one name; the same name twice counts once
	 * @return the locks as one
	 */
	Acquirable locks(String... names);

	/**
	 * Return several things that are acquired together, such as locks and one side of a
	 * read-write lock, in the order of their names, all or none.
	 * @param all at least one thing of this coordinator, no two of the same name
	 * @return all of them as one
	 */
	Acquirable locks(Collection<? extends Acquirable> all);

	/**
	 * Return a read-write lock.
	 * @param name the lock's name
	 * @return the lock
	 */
	NamedReadWriteLock readWriteLock(String name);

	/**
	 * Return a semaphore.
	 * @param name the semaphore's name
	 * @param permits the number of permits, the same for everybody who uses the name
	 * @return the semaphore
	 */
	NamedSemaphore semaphore(String name, int permits);

	/**
	 * Return an election.
	 * @param name the election's name
	 * @return the election, always the same object for a name
	 */
	Election election(String name);

	/**
	 * Return a group.
	 * @param name the group's name
	 * @return the group, always the same object for a name
	 */
	Group group(String name);

	/**
	 * Ask the store for all groups of the namespace. Blocks for one round trip.
	 * @return their names
	 */
	List<String> groups();

	/**
	 * Return the partitioner of a group, started at the first call.
	 * @param group the group's name
	 * @return the partitioner, the same object for a name until it is closed
	 */
	Partitioner partition(String group);

	/**
	 * Return a reusable barrier.
	 * @param name the barrier's name
	 * @param parties how many meet, the same for everybody who uses the name
	 * @return the barrier
	 */
	Barrier barrier(String name, int parties);

	/**
	 * Return a latch.
	 * @param name the latch's name
	 * @param count how many counts open it, the same for everybody who uses the name
	 * @return the latch
	 */
	Latch latch(String name, int count);

	/**
	 * Return what the store promises.
	 * @return the guarantees
	 */
	Guarantees guarantees();

	/**
	 * Return the id under which this coordinator joins groups and elections.
	 * @return the id
	 */
	String memberId();

	/**
	 * Return how this coordinator stands with its store, without asking it.
	 * @return the state
	 */
	SessionState state();

	/**
	 * Return what this coordinator has at this moment: its session, what it holds and
	 * waits for, its elections, groups and partitions. Asks nobody and waits for nobody,
	 * so it also answers while the store does not, and after {@link #close()}. Takes time
	 * in proportion to what there is to tell.
	 * @return what this process knows
	 */
	CoordinatorSnapshot snapshot();

	/**
	 * Ask the store who holds a lock, or a side of a read-write lock, and who waits for
	 * it. Blocks for one round trip.
	 * @param lock the lock's name
	 * @return the queue, empty if nobody holds or wants the lock
	 */
	LockQueue queue(String lock);

	/**
	 * Take a lock away from a holder that can neither release it nor be ended, by
	 * deleting its entry in the store. Whoever waits next is granted the lock at once.
	 * Blocks for two round trips.
	 *
	 * <p>
	 * <strong>A holder in another process is not told.</strong> It believes in its lock
	 * until it releases it, where {@link LockHandle#release()} returns {@code false}, or
	 * until its session is next in doubt. Two processes work at the same time until then,
	 * and only a resource that compares {@linkplain FencingToken fencing tokens} refuses
	 * the old one, whose token is the smaller. A holder of this coordinator is told of a
	 * loss before its entry is deleted. Ending the process of the holder is safer: its
	 * session then ends, and the lock with it.
	 * @param lock the lock's name
	 * @param token the token of the holder, as {@link #queue} shows it
	 * @return {@code false} if no holder has that token: then nothing was done
	 */
	boolean forceRelease(String lock, FencingToken token);

	/**
	 * Be told of state changes, of lost locks, and of names that are used here for the
	 * first time, in order, on a thread of the coordinator.
	 * @param listener what to call
	 * @return a way to stop
	 */
	Subscription onChange(CoordinatorListener listener);

	/**
	 * End leaderships, leave groups, release everything and close the session. Listeners
	 * are told first, within their time limit. Takes a bounded time also when the store
	 * is gone; what it holds then ends with the session. Closing twice is harmless.
	 */
	@Override
	void close();

}
