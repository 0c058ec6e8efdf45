package io.github.coordination.backend.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * A watch of a directory's documents. It keeps the generation it reported last, so that
 * it knows whether a change was the only one, and whether there was one at all.
 */
final class FileWatch implements Watch {

	/** All watches of this class loader, told directly of what it writes. */
	private static final Map<Path, List<FileWatch>> WATCHES = new ConcurrentHashMap<>();

	private final Path file;

	private final Path durable;

	private final ChangeFeed feed;

	private final Consumer<FileWatch> onClose;

	/** Held, briefly, by whoever appends to the feed what the generations say. */
	private final ReentrantLock order = new ReentrantLock();

	/** Guarded by the order. */
	private long reported;

	private final AtomicBoolean open = new AtomicBoolean(true);

	FileWatch(Path file, WatchListener listener, Executor executor, Consumer<FileWatch> onClose) {
		this.file = file;
		this.durable = Shelf.durable(file);
		this.feed = new ChangeFeed(listener, executor);
		this.onClose = onClose;
	}

	/** Begin to report what happens from now on. */
	void begin() {
		WATCHES.compute(this.file, (key, found) -> {
			List<FileWatch> list = (found != null) ? found : new CopyOnWriteArrayList<>();
			list.add(this);
			return list;
		});
		this.order.lock();
		try {
			this.reported = Math.max(this.reported, generation());
		}
		finally {
			this.order.unlock();
		}
	}

	/** Tell the watches of this class loader what it has written. */
	static void report(Path file, long before, long after, Change change) {
		List<FileWatch> interested = WATCHES.get(file);
		if (interested != null) {
			interested.forEach((watch) -> watch.wrote(before, after, change));
		}
	}

	/** Let the watches of this class loader see what others have written. */
	static void check(Path file) {
		List<FileWatch> interested = WATCHES.get(file);
		if (interested != null) {
			interested.forEach(FileWatch::check);
		}
	}

	void check() {
		long generation = generation();
		boolean news;
		this.order.lock();
		try {
			news = generation != this.reported;
			this.reported = generation;
			if (news) {
				this.feed.append(Change.UNKNOWN);
			}
		}
		finally {
			this.order.unlock();
		}
		if (news) {
			this.feed.deliver();
		}
	}

	void report(Change change) {
		this.feed.report(change);
	}

	@Override
	public void close() {
		if (this.open.compareAndSet(true, false)) {
			this.feed.close();
			WATCHES.computeIfPresent(this.file, (key, list) -> {
				list.remove(this);
				return list.isEmpty() ? null : list;
			});
			this.onClose.accept(this);
		}
	}

	private void wrote(long before, long after, Change change) {
		this.order.lock();
		try {
			// otherwise something lies between that was not reported, or is being
			// reported by
			// another thread
			boolean next = this.reported == before;
			this.reported = Math.max(this.reported, after);
			this.feed.append(next ? change : Change.UNKNOWN);
		}
		finally {
			this.order.unlock();
		}
		this.feed.deliver();
	}

	private long generation() {
		return Math.max(DocumentReader.stamp(this.file), DocumentReader.stamp(this.durable));
	}

}
