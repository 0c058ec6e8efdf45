package io.github.coordination.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.github.coordination.CoordinationException;

/**
 * Says from when until when this process believes to have something. What it says lies
 * within the belief: it begins after it was asked for and ends before the last time it
 * was confirmed. So two processes are never accused falsely, whenever they are stopped.
 */
final class Beliefs {

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private final Map<String, Belief> watched = new ConcurrentHashMap<>();

	private final Thread thread = new Thread(this::look, "beliefs");

	private volatile boolean closed;

	Beliefs() {
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/** Whether only one may have it, so that it is worth saying. */
	static boolean isExclusive(String name) {
		return name.startsWith("lock/") || name.startsWith("write/");
	}

	static void began(String name, long token, long from) {
		CoordinatorMain.say(History.BEGAN, name, token, from);
	}

	static void ended(String name, long token, long to) {
		CoordinatorMain.say(History.ENDED, name, token, to);
	}

	/**
	 * Ask again and again.
	 * @param name what it is
	 * @param question its token, or {@code null} while this process does not have it
	 */
	void watch(String name, Supplier<Long> question) {
		this.watched.putIfAbsent(name, new Belief(name, question));
	}

	void end() throws InterruptedException {
		this.closed = true;
		this.thread.join();
	}

	private void look() {
		while (!this.closed) {
			this.watched.values().forEach(Belief::look);
			LockSupport.parkNanos(PAUSE);
		}
		this.watched.values().forEach(Belief::end);
	}

	private static final class Belief {

		private final String name;

		private final Supplier<Long> question;

		private Long token;

		private long confirmed;

		Belief(String name, Supplier<Long> question) {
			this.name = name;
			this.question = question;
		}

		void look() {
			long before = System.nanoTime();
			Long now = ask();
			long after = System.nanoTime();
			if (now != null && now.equals(this.token)) {
				this.confirmed = before;
				return;
			}
			end();
			if (now != null) {
				this.token = now;
				this.confirmed = after;
				began(this.name, now, after);
			}
		}

		void end() {
			if (this.token != null) {
				ended(this.name, this.token, this.confirmed);
				this.token = null;
			}
		}

		private Long ask() {
			try {
				return this.question.get();
			}
			catch (CoordinationException ex) {
				// it ended between two questions
				return null;
			}
		}

	}

}
