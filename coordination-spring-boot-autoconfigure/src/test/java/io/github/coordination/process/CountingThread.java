package io.github.coordination.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.github.coordination.Acquirable;
import io.github.coordination.CoordinationException;
import io.github.coordination.LockHandle;

/**
 * Adds one to the number in a file, over and over, protected by nothing but a lock of the
 * library. It says that it did before it releases, so that a process that is killed
 * leaves at most one addition that it did not speak of.
 */
final class CountingThread extends Thread {

	private final String lockName;

	private final Acquirable lock;

	private final Path path;

	private final long longestPause;

	private volatile boolean ended;

	CountingThread(String lockName, Acquirable lock, Path path, Duration longestPause) {
		super("counting " + lockName);
		setDaemon(true);
		this.lockName = lockName;
		this.lock = lock;
		this.path = path;
		this.longestPause = longestPause.toNanos();
	}

	void end() {
		this.ended = true;
	}

	@Override
	public void run() {
		try (RandomAccessFile file = new RandomAccessFile(this.path.toFile(), "rw")) {
			while (!this.ended) {
				try (LockHandle handle = this.lock.acquire()) {
					count(handle, file);
				}
				catch (CoordinationException ex) {
					System.err.println("not counted: " + ex);
				}
				pause();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void count(LockHandle handle, RandomAccessFile file) throws IOException {
		long token = handle.fencingToken().value();
		long from = System.nanoTime();
		if (!handle.isHeld()) {
			return;
		}
		Beliefs.began(this.lockName, token, from);
		long next = read(file) + 1;
		if (ThreadLocalRandom.current().nextInt(8) == 0) {
			// let others in who should not get in
			pause();
		}
		long to = System.nanoTime();
		if (handle.isHeld()) {
			// one call of the operating system: a process is not killed in the middle
			write(file, next);
			CoordinatorMain.say(History.COUNTED, this.lockName, token, next);
			Beliefs.ended(this.lockName, token, to);
		}
		else {
			Beliefs.ended(this.lockName, token, from);
		}
	}

	static long read(RandomAccessFile file) throws IOException {
		byte[] bytes = new byte[Long.BYTES];
		file.seek(0);
		return (file.read(bytes) == bytes.length) ? ByteBuffer.wrap(bytes).getLong() : 0;
	}

	private static void write(RandomAccessFile file, long value) throws IOException {
		file.seek(0);
		file.write(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
	}

	private void pause() {
		LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(this.longestPause));
	}

}
