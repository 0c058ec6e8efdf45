package io.github.coordination.backend.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.spi.Clock;

/**
 * Excludes everybody else, in this process and outside, from the documents of a stripe.
 * The stripes are ranges of one file that is never closed. Each range also holds a floor
 * for the revisions of documents that were tidied away.
 */
final class StripeLocks {

	static final int STRIPES = 64;

	private static final System.Logger LOGGER = System.getLogger(StripeLocks.class.getName());

	private static final int RANGE = 16;

	private static final int SPINS = 50;

	private static final long MAX_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private final Path path;

	private final @Nullable Object key;

	private final RandomAccessFile file;

	/** One for each stripe, and one for reading and writing floors. */
	private final ReentrantLock[] threads;

	private final Clock clock;

	private StripeLocks(Path path, @Nullable Object key, Clock clock) throws IOException {
		// by the file's identity if there is one: several paths may lead to it
		String name = Objects.requireNonNullElse(key, path).toString();
		this.path = path;
		this.key = key;
		this.file = Jvm.lockFile(path, name);
		this.threads = Jvm.threadLocks(name, STRIPES + 1);
		this.clock = clock;
	}

	static StripeLocks open(Path path, Clock clock) throws IOException {
		ReentrantLock guard = Jvm.opening();
		guard.lock();
		try {
			createIfMissing(path);
			return new StripeLocks(path, StoreDirectory.key(path), clock);
		}
		finally {
			guard.unlock();
		}
	}

	static int stripe(String name) {
		return Math.floorMod(name.hashCode(), STRIPES);
	}

	/** Whether other processes find the same file. */
	boolean isInPlace() {
		try {
			return Objects.equals(this.key, StoreDirectory.key(this.path));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Enter a stripe.
	 * @param deadline when to give up, by the clock
	 * @return what to pass to {@link #exit}
	 * @throws BackendUnavailableException if it could not be entered in time
	 */
	FileLock enter(int stripe, long deadline) {
		boolean interrupted = false;
		boolean entered = false;
		ReentrantLock thread = this.threads[stripe];
		try {
			while (!thread.tryLock()) {
				try {
					if (!thread.tryLock(deadline - this.clock.nanoTime(), TimeUnit.NANOSECONDS)) {
						throw busy("a thread of this process");
					}
					break;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			FileLock lock = tryLock(stripe);
			for (int i = 0; lock == null; i++) {
				interrupted |= pause(i);
				lock = tryLock(stripe);
				if (lock == null && this.clock.nanoTime() - deadline >= 0) {
					throw busy("another process, which may be stopped");
				}
			}
			entered = true;
			return lock;
		}
		finally {
			if (!entered && thread.isHeldByCurrentThread()) {
				thread.unlock();
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Enter a stripe if nobody is in it. */
	@Nullable FileLock tryEnter(int stripe) {
		ReentrantLock thread = this.threads[stripe];
		if (!thread.tryLock()) {
			return null;
		}
		FileLock lock = null;
		try {
			lock = tryLock(stripe);
		}
		finally {
			if (lock == null) {
				thread.unlock();
			}
		}
		return lock;
	}

	void exit(int stripe, FileLock lock) {
		try {
			lock.release();
		}
		catch (IOException ex) {
			// what was done is done; the others will say that the stripe is held
			LOGGER.log(Level.ERROR, "cannot release a lock on " + this.path, ex);
		}
		finally {
			this.threads[stripe].unlock();
		}
	}

	/** In a stripe: the revision that is below all new ones. */
	long floor(int stripe) throws IOException {
		ReentrantLock guard = this.threads[STRIPES];
		byte[] bytes = new byte[RANGE];
		guard.lock();
		try {
			this.file.seek(stripe * (long) RANGE);
			if (this.file.read(bytes) < RANGE) {
				return 0;
			}
		}
		finally {
			guard.unlock();
		}
		ByteBuffer range = ByteBuffer.wrap(bytes);
		long floor = range.getLong();
		return (range.getLong() == ~floor) ? floor : 0;
	}

	/** In a stripe: keep new revisions above that of a document that is tidied away. */
	void raiseFloor(int stripe, long revision) throws IOException {
		if (floor(stripe) >= revision) {
			return;
		}
		ReentrantLock guard = this.threads[STRIPES];
		guard.lock();
		try {
			this.file.seek(stripe * (long) RANGE);
			this.file.write(ByteBuffer.allocate(RANGE).putLong(revision).putLong(~revision).array());
		}
		finally {
			guard.unlock();
		}
	}

	/**
	 * Not just opened with CREATE: closing that channel would drop the locks held on the
	 * file.
	 */
	private static void createIfMissing(Path path) throws IOException {
		if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
			try {
				StoreDirectory.createFile(path);
			}
			catch (FileAlreadyExistsException ex) {
				// another process was faster
			}
		}
	}

	private @Nullable FileLock tryLock(int stripe) {
		try {
			return this.file.getChannel().tryLock(stripe * (long) RANGE, RANGE, false);
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
		catch (IOException ex) {
			throw StoreDirectory.unavailable(this.path, ex);
		}
	}

	private static boolean pause(int count) {
		if (count < SPINS) {
			Thread.onSpinWait();
			return false;
		}
		LockSupport.parkNanos(Math.min(10_000L * (count - SPINS + 1), MAX_PAUSE));
		return Thread.interrupted();
	}

	private BackendUnavailableException busy(String holder) {
		return new BackendUnavailableException(
				"nothing was done: " + this.path + " was held all the time by " + holder + ". Try again");
	}

}
