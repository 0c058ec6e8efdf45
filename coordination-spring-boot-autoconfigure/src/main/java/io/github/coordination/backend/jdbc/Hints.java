package io.github.coordination.backend.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.support.PolledWatches;

/**
 * Listens to what PostgreSQL tells of changes (LISTEN), on a connection and a thread of
 * its own, as long as anybody waits. It tells them in the order of their commits, once
 * they are visible. What goes unsaid, because nobody else is in a queue or because the
 * connection was lost, is found by the poll.
 */
final class Hints implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(Hints.class.getName());

	/** How often a silent connection is tried, and whether it is needed any more. */
	private static final Duration SILENCE = Duration.ofSeconds(5);

	/**
	 * How long a borrowed connection is waited on: nobody else can give it back
	 * meanwhile.
	 */
	private static final Duration SLICE = Duration.ofMillis(200);

	private static final Duration PAUSE = Duration.ofMillis(500);

	private final Environment environment;

	private final Connections.Opener opener;

	private final String channel;

	private final PolledWatches<String, String> watches;

	private final AtomicBoolean running = new AtomicBoolean();

	/** How often the database was left. */
	private final AtomicInteger departures = new AtomicInteger();

	private volatile @Nullable Link link;

	private volatile boolean listening;

	private volatile boolean closed;

	Hints(Environment environment, Connections.Opener opener, String channel, PolledWatches<String, String> watches) {
		this.environment = environment;
		this.opener = opener;
		this.channel = channel;
		this.watches = watches;
	}

	/** What is sent of a change, behind its kind. */
	static String payload(String kind, EntryKey key) {
		return kind + ' ' + Names.of(key.directory()) + ' ' + Names.word(key.id());
	}

	/** Begin to listen, if nobody does. Returns at once. */
	void start() {
		if (!this.closed && this.running.compareAndSet(false, true)) {
			try {
				this.environment.callbacks().execute(this::run);
			}
			catch (RejectedExecutionException ex) {
				this.running.set(false);
			}
		}
	}

	/** Whether what is told arrives here now. */
	boolean isListening() {
		return this.listening;
	}

	/** Listen on another connection, and to nothing more of this one. */
	void reconnect() {
		// one that is being opened sees that, and one that is open is seen here
		this.departures.incrementAndGet();
		Link open = this.link;
		if (open != null) {
			open.abort();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		Link open = this.link;
		if (open != null && !open.isBorrowed()) {
			// ends the thread that waits there
			open.close();
		}
	}

	private void run() {
		try {
			listen();
		}
		catch (SQLException | ReflectiveOperationException | RuntimeException ex) {
			LOGGER.log(Level.DEBUG, "The database cannot be listened to: {0}", Connections.describe(ex));
		}
		boolean broken = this.listening;
		this.listening = false;
		this.running.set(false);
		if (this.closed) {
			return;
		}
		if (broken) {
			this.watches.reportAll();
		}
		if (!this.watches.isEmpty()) {
			this.environment.timer().schedule(PAUSE, this::start);
		}
	}

	private void listen() throws SQLException, ReflectiveOperationException {
		int departure = this.departures.get();
		Link opened = this.opener.open();
		this.link = opened;
		try {
			if (this.departures.get() != departure) {
				return;
			}
			Inbox inbox = Inbox.of(opened);
			opened.execute("listen \"" + this.channel + '"');
			this.listening = true;
			// what happened until now was not told
			this.watches.reportAll();
			Duration wait = opened.isBorrowed() ? SLICE : SILENCE;
			Duration silence = Duration.ZERO;
			while (!this.closed && !this.watches.isEmpty()) {
				silence = inbox.deliver(this.watches, wait) ? Duration.ZERO : silence.plus(wait);
				if (silence.compareTo(SILENCE) >= 0) {
					if (!opened.works(SILENCE)) {
						return;
					}
					silence = Duration.ZERO;
				}
			}
			this.listening = false;
		}
		finally {
			this.link = null;
			opened.close();
		}
	}

	/**
	 * The driver's way to wait for notifications. It is looked up, once for a connection,
	 * because drivers belong to the application.
	 *
	 * @param connection the driver's connection
	 * @param receive waits for notifications
	 * @param parameter what one says
	 */
	private record Inbox(Object connection, Method receive, Method parameter) {

		static Inbox of(Link link) throws SQLException, ReflectiveOperationException {
			ClassLoader loader = Hints.class.getClassLoader();
			Class<?> type = Class.forName("org.postgresql.PGConnection", false, loader);
			return new Inbox(link.connection().unwrap(type), type.getMethod("getNotifications", int.class),
					Class.forName("org.postgresql.PGNotification", false, loader).getMethod("getParameter"));
		}

		/** Wait, and tell what comes. */
		boolean deliver(PolledWatches<String, String> watches, Duration wait)
				throws SQLException, ReflectiveOperationException {
			Object[] news;
			try {
				news = (Object[]) this.receive.invoke(this.connection, (int) wait.toMillis());
			}
			catch (InvocationTargetException ex) {
				if (ex.getCause() instanceof SQLException failure) {
					throw failure;
				}
				throw ex;
			}
			if (news == null || news.length == 0) {
				return false;
			}
			for (Object each : news) {
				String[] words = String.valueOf(this.parameter.invoke(each)).split(" ", 3);
				if (words.length == 3) {
					watches.report(words[1], change(words[0], words[2]));
				}
			}
			return true;
		}

		private static Change change(String kind, String word) {
			try {
				return switch (kind) {
					case "R" -> Change.removed(Names.fromWord(word));
					case "W" -> Change.written(Names.fromWord(word));
					default -> Change.UNKNOWN;
				};
			}
			catch (IllegalArgumentException ex) {
				return Change.UNKNOWN;
			}
		}

	}

}
