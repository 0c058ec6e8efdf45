package io.github.coordination.backend.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * A watch of a directory's documents. It keeps the generation it reported last, so that
 * it knows whether a change was the only one, and whether there was one at all.
 */
final class FileWatch implements Watch {

	/** All watches of this class loader, told directly of what it writes. */
	private static final Map<Path, List<FileWatch>> WATCHES = new ConcurrentHashMap<>();

	private final Path file;

	private final Path durable;

	private final WatchListener listener;

	private final Executor executor;

	private final Consumer<FileWatch> onClose;

	private final AtomicLong reported = new AtomicLong();

	private volatile boolean open = true;

	FileWatch(Path file, WatchListener listener, Executor executor, Consumer<FileWatch> onClose) {
		this.file = file;
		this.durable = Shelf.durable(file);
		this.listener = listener;
		this.executor = executor;
		this.onClose = onClose;
	}

	/** Begin to report what happens from now on. */
	void begin() {
		WATCHES.compute(this.file, (key, found) -> {
			List<FileWatch> list = (found != null) ? found : new CopyOnWriteArrayList<>();
			list.add(this);
			return list;
		});
		this.reported.set(generation());
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
		if (this.reported.getAndSet(generation) != generation) {
			report(Change.UNKNOWN);
		}
	}

	void report(Change change) {
		this.executor.execute(() -> {
			if (this.open) {
				this.listener.onChange(change);
			}
		});
	}

	@Override
	public void close() {
		if (this.open) {
			this.open = false;
			WATCHES.computeIfPresent(this.file, (key, list) -> {
				list.remove(this);
				return list.isEmpty() ? null : list;
			});
			this.onClose.accept(this);
		}
	}

	private void wrote(long before, long after, Change change) {
		if (this.reported.compareAndSet(before, after)) {
			report(change);
		}
		else {
			// something lies between that was not reported, or is being reported by
			// another thread
			this.reported.accumulateAndGet(after, Math::max);
			report(Change.UNKNOWN);
		}
	}

	private long generation() {
		return Math.max(DocumentReader.stamp(this.file), DocumentReader.stamp(this.durable));
	}

}
