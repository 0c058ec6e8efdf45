package io.github.coordination.spi;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * What the parts of the {@link BackendContract} work with: one store, as many clients and
 * sessions as a test asks for, all closed after it.
 */
interface StoreFixture {

	/** The first client of the store. */
	CoordinationBackend backend();

	/** Another client of the same store. */
	CoordinationBackend newBackend();

	/** Another client of the same store, in another namespace. */
	CoordinationBackend newBackend(String namespace);

	/** A new session of the first client, kept alive. */
	default BackendSession newSession() {
		return newSession(backend());
	}

	/** A new session, kept alive. */
	BackendSession newSession(CoordinationBackend backend);

	/** End a session as the store would. */
	void kill(BackendSession session);

	/** A directory that is no queue. */
	Directory directory(String name);

	/** A directory for nothing but enqueueing. */
	Directory queue(String name);

	/** A new attempt id. */
	String attempt(BackendSession session);

	/** Whether watches may say which entry changed. */
	boolean namesChanges();

	/** Put something into a directory that no backend would write. */
	void plantForeignEntry(Directory directory);

	/** How many cycles the endurance tests run. */
	int cycles();

	/** Enqueue without limit. */
	default Placement enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, attempt(session), "x", bytes("value"), Integer.MAX_VALUE).orElseThrow();
	}

	/** Wait for something that needs no particular time. */
	static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.pollInSameThread()
			.dontCatchUncaughtExceptions();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(Entry entry) {
		return new String(entry.value(), StandardCharsets.UTF_8);
	}

}
