package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.spi.Environment;
import io.github.coordination.spi.support.EntryCodec;

/**
 * Tells the living sessions of a store from the dead. One of another process is dead if
 * its file is gone or its lock can be taken; it stays dead, since ids are never used
 * again. A file of this process is never opened: closing it would drop the lock.
 */
final class Sessions {

	/** How long a session is believed to live after it was seen to. */
	static final Duration INTERVAL = Duration.ofMillis(250);

	private static final String DRAFT = ".new";

	private static final long DRAFT_AGE_MILLIS = 600_000;

	private final Path directory;

	private final Environment environment;

	private final String own;

	private final Map<String, Long> aliveUntil = new ConcurrentHashMap<>();

	Sessions(Path directory, Environment environment) {
		this.directory = directory;
		this.environment = environment;
		this.own = Jvm.id(environment);
	}

	String newId() {
		return this.own + this.environment.newId();
	}

	Path file(String id) {
		return this.directory.resolve(id);
	}

	/** Where a session's file is created, until it is locked. */
	Path draft(String id) {
		return this.directory.resolve(id + DRAFT);
	}

	boolean isAlive(String id) {
		if (id.startsWith(this.own)) {
			return Jvm.hasSession(id);
		}
		Long until = this.aliveUntil.get(id);
		return (until != null && until - this.environment.clock().nanoTime() > 0) || probe(id);
	}

	/** Find all sessions that died and left a file. */
	Set<String> dead() throws IOException {
		Set<String> seen = new LinkedHashSet<>();
		Set<String> dead = new LinkedHashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory)) {
			for (Path file : files) {
				String id = file.getFileName().toString();
				if (id.endsWith(DRAFT)) {
					tidyDraft(file);
				}
				else if (isFile(id)) {
					seen.add(id);
					if (!(id.startsWith(this.own) ? Jvm.hasSession(id) : probe(id))) {
						dead.add(id);
					}
				}
			}
		}
		this.aliveUntil.keySet().retainAll(seen);
		return dead;
	}

	/** Whether a file is one of ours, and not somebody's notes. */
	private boolean isFile(String name) {
		int border = this.own.length() - 1;
		return EntryCodec.isSessionId(name) && name.length() == 2 * border + 1 && name.charAt(border) == '-';
	}

	private boolean probe(String id) {
		long now = this.environment.clock().nanoTime();
		ReentrantLock guard = Jvm.probing();
		guard.lock();
		// a shared lock, so that the probes of two processes do not take each other for
		// the owner
		try (FileChannel channel = FileChannel.open(file(id), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
				FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
			if (lock != null) {
				this.aliveUntil.remove(id);
				return false;
			}
		}
		catch (NoSuchFileException ex) {
			this.aliveUntil.remove(id);
			return false;
		}
		catch (IOException | OverlappingFileLockException ex) {
			// what cannot be judged lives
		}
		finally {
			guard.unlock();
		}
		this.aliveUntil.put(id, now + INTERVAL.toNanos());
		return true;
	}

	/** Remove what a process left that died between creating a file and locking it. */
	private void tidyDraft(Path file) throws IOException {
		long age = this.environment.clock().currentTimeMillis() - file.toFile().lastModified();
		if (age > DRAFT_AGE_MILLIS && isFile(file.getFileName().toString().replace(DRAFT, ""))) {
			Files.deleteIfExists(file);
		}
	}

}
