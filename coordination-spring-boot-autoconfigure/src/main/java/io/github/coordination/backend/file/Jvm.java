package io.github.coordination.backend.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.spi.Environment;

/**
 * What all class loaders of this process share, because the operating system knows only
 * the process: its id, its live sessions, and the open lock files with the locks of its
 * threads. It is kept in the system properties, and made of classes of the JDK only.
 */
final class Jvm {

	private static final ConcurrentMap<String, Object> SHARED = shared();

	private Jvm() {
	}

	/** The beginning of the ids of all sessions of this process. */
	static String id(Environment environment) {
		return (String) SHARED.computeIfAbsent("id", (name) -> environment.newId() + "-");
	}

	static void addSession(String id) {
		SHARED.put("session " + id, Boolean.TRUE);
	}

	static void removeSession(String id) {
		SHARED.remove("session " + id);
	}

	static boolean hasSession(String id) {
		return SHARED.containsKey("session " + id);
	}

	/**
	 * Held while another process's session is probed, or two probes would meet each
	 * other.
	 */
	static ReentrantLock probing() {
		return (ReentrantLock) SHARED.computeIfAbsent("probing", (name) -> new ReentrantLock());
	}

	/**
	 * Held while a lock file is created and opened, or one closes what another has
	 * opened.
	 */
	static ReentrantLock opening() {
		return (ReentrantLock) SHARED.computeIfAbsent("opening", (name) -> new ReentrantLock());
	}

	/**
	 * Open a lock file, for ever: closing it would drop the locks of every class loader.
	 */
	static RandomAccessFile lockFile(Path path, String name) throws IOException {
		RandomAccessFile file = (RandomAccessFile) SHARED.get("file " + name);
		if (file == null) {
			file = new RandomAccessFile(path.toFile(), "rw");
			SHARED.put("file " + name, file);
		}
		return file;
	}

	/** The locks that exclude the threads of this process from each other. */
	static ReentrantLock[] threadLocks(String name, int count) {
		return (ReentrantLock[]) SHARED.computeIfAbsent("locks " + name, (absent) -> {
			ReentrantLock[] locks = new ReentrantLock[count];
			for (int i = 0; i < count; i++) {
				locks[i] = new ReentrantLock();
			}
			return locks;
		});
	}

	@SuppressWarnings("unchecked")
	private static ConcurrentMap<String, Object> shared() {
		return (ConcurrentMap<String, Object>) System.getProperties()
			.computeIfAbsent("io.github.coordination.backend.file", (name) -> new ConcurrentHashMap<String, Object>());
	}

}
