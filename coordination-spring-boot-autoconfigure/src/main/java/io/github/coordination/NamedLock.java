package io.github.coordination;

import java.util.concurrent.locks.Lock;

/**
 * An exclusive or shared lock known by its name to all processes of one namespace. It is
 * not re-entrant: a second acquisition by the same thread waits like a stranger's,
 * because ownership belongs to the handle. {@link #asLock()} gives the re-entrant view.
 */
public interface NamedLock extends Acquirable {

	/**
	 * Return a view that is bound to the calling thread and re-entrant, for code written
	 * for {@link Lock}. All views of one name in one coordinator share their state.
	 * {@link Lock#newCondition()} is not supported; {@link Lock#unlock()} throws
	 * {@link IllegalMonitorStateException} in a thread that does not hold it and
	 * {@link LockLostException}, after letting go, if it was lost while held; a nested
	 * {@code lock()} after loss throws {@link LockLostException}. Taking the write view
	 * while the same thread holds the read view throws {@link MisuseException}.
	 * @return the view
	 */
	Lock asLock();

}
