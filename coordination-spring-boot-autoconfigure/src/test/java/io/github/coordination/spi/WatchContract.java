package io.github.coordination.spi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Change.Kind;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Watches: no change is missed, whatever is said of it is true, and listeners are free to
 * do what they like.
 */
interface WatchContract extends StoreFixture {

	@Test
	default void everyKindOfChangeIsReported() {
		CoordinationBackend writer = newBackend();
		BackendSession session = newSession(writer);
		BackendSession closing = newSession(writer);
		BackendSession dying = newSession(writer);
		Directory directory = directory("d");
		Reported reported = new Reported(this, directory);

		Entry persistent = reported.expect(Change.written("p"),
				() -> writer.create(directory.entry("p"), bytes("one")).orElseThrow());
		Entry replaced = reported.expect(Change.written("p"),
				() -> writer.replace(persistent, bytes("two")).orElseThrow());
		reported.expect(Change.removed("p"), () -> writer.delete(replaced));
		Entry bound = reported.expect(Change.written("b"),
				() -> session.create(directory.entry("b"), bytes("one")).orElseThrow());
		Entry replacedBound = reported.expect(Change.written("b"),
				() -> session.replace(bound, bytes("two")).orElseThrow());
		reported.expect(Change.removed("b"), () -> session.delete(replacedBound));
		reported.expect(Change.written("c"), () -> closing.create(directory.entry("c"), bytes("one")));
		reported.expect(Change.removed("c"), () -> close(closing));
		reported.expect(Change.written("k"), () -> dying.create(directory.entry("k"), bytes("one")));
		reported.expect(Change.removed("k"), () -> kill(dying, "k"));
		reported.watch.close();
	}

	@Test
	default void everyKindOfChangeOfAQueueIsReported() {
		CoordinationBackend writer = newBackend();
		BackendSession session = newSession(writer);
		BackendSession closing = newSession(writer);
		BackendSession dying = newSession(writer);
		Directory queue = queue("q");
		Reported reported = new Reported(this, queue);
		String first = attempt(session);
		String second = attempt(closing);
		String third = attempt(dying);

		Entry entry = reported.expect(Change.written(first),
				() -> session.enqueue(queue, first, "x", bytes("v"), 9).orElseThrow().entry());
		Entry replaced = reported.expect(Change.written(first), () -> session.replace(entry, bytes("w")).orElseThrow());
		reported.expect(Change.written(second), () -> closing.enqueue(queue, second, "x", bytes("v"), 9));
		reported.expect(Change.written(third), () -> dying.enqueue(queue, third, "x", bytes("v"), 9));
		reported.expect(Change.removed(first), () -> session.delete(replaced));
		reported.expect(Change.removed(second), () -> close(closing));
		reported.expect(Change.removed(third), () -> kill(dying, third));
		reported.watch.close();
	}

	@Test
	default void changesOfTheOwnClientAreReportedToo() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		Reported reported = new Reported(this, queue);
		String attempt = attempt(session);

		Entry entry = reported.expect(Change.written(attempt),
				() -> session.enqueue(queue, attempt, "x", bytes("v"), 9).orElseThrow().entry());
		reported.expect(Change.removed(attempt), () -> session.delete(entry));
		reported.watch.close();
	}

	@Test
	default void changeRightAfterTheConfirmationIsReported() {
		BackendSession session = newSession(newBackend());
		for (int i = 0; i < 30; i++) {
			RecordingListener listener = new RecordingListener();
			Directory queue = queue("q" + i % 3);
			try (Watch watch = backend().watch(queue, listener)) {
				Entry entry = enqueue(session, queue).entry();
				eventually().until(() -> listener.covers(0, Change.written(entry.id())));
				assertThat(watch).isNotNull();
				session.delete(entry);
			}
		}
	}

	@Test
	default void readerSeesWhatWasReported() {
		BackendSession session = newSession(newBackend());
		Directory queue = queue("q");
		Set<String> present = ConcurrentHashMap.newKeySet();
		Set<String> stale = ConcurrentHashMap.newKeySet();
		AtomicInteger calls = new AtomicInteger();
		Watch watch = backend().watch(queue, (change) -> {
			List<String> listed = backend().list(queue).stream().map(Entry::id).toList();
			boolean missing = change.kind() == Kind.WRITTEN && !listed.contains(change.id());
			boolean left = change.kind() == Kind.REMOVED && listed.contains(change.id());
			if ((missing && present.contains(change.id())) || left) {
				stale.add(change.id());
			}
			calls.incrementAndGet();
		});
		for (int i = 0; i < 20; i++) {
			String attempt = attempt(session);
			present.add(attempt);
			int known = calls.get();
			Entry entry = session.enqueue(queue, attempt, "x", bytes("v"), 9).orElseThrow().entry();
			eventually().until(() -> calls.get() > known);
			present.remove(attempt);
			session.delete(entry);
		}
		eventually().until(() -> backend().list(queue).isEmpty());
		watch.close();
		assertThat(stale).isEmpty();
	}

	@Test
	default void endOfASessionIsReportedThoughNobodyTouchesTheName() {
		CoordinationBackend other = newBackend();
		for (boolean death : new boolean[] { false, true }) {
			BackendSession session = newSession(other);
			Directory directory = directory("d" + death);
			Directory queue = queue("q" + death);
			session.create(directory.entry("a"), bytes("v"));
			enqueue(session, queue);
			AtomicBoolean directorySeenEmpty = new AtomicBoolean();
			AtomicBoolean queueSeenEmpty = new AtomicBoolean();
			Watch first = backend().watch(directory,
					(change) -> directorySeenEmpty.compareAndSet(false, backend().list(directory).isEmpty()));
			Watch second = backend().watch(queue,
					(change) -> queueSeenEmpty.compareAndSet(false, backend().list(queue).isEmpty()));

			if (death) {
				kill(session);
			}
			else {
				session.close();
			}

			eventually().untilTrue(directorySeenEmpty);
			eventually().untilTrue(queueSeenEmpty);
			first.close();
			second.close();
		}
	}

	@Test
	default void whatIsSaidOfChangesIsTrue() {
		BackendSession session = newSession(newBackend());
		Directory queue = queue("q");
		RecordingListener listener = new RecordingListener();
		Watch watch = backend().watch(queue, listener);
		List<String> written = new ArrayList<>();
		List<String> removed = new ArrayList<>();
		List<Entry> entries = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			Entry entry = enqueue(session, queue).entry();
			written.add(entry.id());
			entries.add(entry);
			if (i % 3 == 2) {
				Entry leaving = entries.remove(i % entries.size());
				assertThat(session.delete(leaving)).isTrue();
				removed.add(leaving.id());
			}
		}
		// the calls for what is reported last follow those for everything before
		BackendSession marker = newSession();
		int known = listener.calls();
		Entry last = enqueue(marker, queue).entry();
		eventually().until(() -> listener.covers(known, Change.written(last.id())));
		if (listener.changes().stream().noneMatch(Change.UNKNOWN::equals)) {
			eventually().until(() -> named(listener, Kind.WRITTEN).containsAll(written)
					&& named(listener, Kind.REMOVED).containsAll(removed));
		}
		watch.close();

		written.add(last.id());
		assertThat(named(listener, Kind.WRITTEN)).isSubsetOf(written);
		assertThat(named(listener, Kind.REMOVED)).isSubsetOf(removed);
		assertThat(listener.changes()).allSatisfy((change) -> {
			if (change.kind() == Kind.UNKNOWN) {
				assertThat(change).isEqualTo(Change.UNKNOWN);
			}
			else {
				assertThat(namesChanges()).isTrue();
			}
		});
	}

	@Test
	default void waiterWhoTrustsItsReportsIsAtTheHeadWhenItThinksSo() {
		List<BackendSession> sessions = List.of(newSession(), newSession(newBackend()));
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		Directory queue = queue("q");
		AtomicInteger inside = new AtomicInteger();

		Threads.run(4, (thread) -> {
			BackendSession session = sessions.get(thread % 2);
			for (int i = 0; i < 15; i++) {
				Waiter waiter = new Waiter(clients.get(thread / 2), queue);
				Placement placement = enqueue(session, queue);
				waiter.awaitTurn(placement);
				assertThat(inside.incrementAndGet()).isEqualTo(1);
				inside.decrementAndGet();
				session.delete(placement.entry());
				waiter.watch.close();
			}
		});

		assertThat(backend().list(queue)).isEmpty();
	}

	@Test
	default void closedWatchIsNotCalled() {
		BackendSession session = newSession(newBackend());
		Directory queue = queue("q");
		RecordingListener closed = new RecordingListener();
		RecordingListener open = new RecordingListener();
		Watch first = backend().watch(queue, closed);
		Watch second = backend().watch(queue, open);
		enqueue(session, queue);
		eventually().until(() -> closed.calls() > 0);

		first.close();
		first.close();
		eventually().until(() -> !isBeingCalled(closed));
		int known = closed.calls();
		for (int i = 0; i < 20; i++) {
			int seen = open.calls();
			Entry entry = enqueue(session, queue).entry();
			eventually().until(() -> open.covers(seen, Change.written(entry.id())));
		}

		assertThat(closed.calls()).isEqualTo(known);
		second.close();
	}

	@Test
	default void directoryCanBeWatchedAgain() {
		BackendSession session = newSession(newBackend());
		Directory queue = queue("q");
		for (int i = 0; i < 5; i++) {
			Reported reported = new Reported(this, queue);
			String attempt = attempt(session);
			reported.expect(Change.written(attempt), () -> session.enqueue(queue, attempt, "x", bytes("v"), 9));
			reported.watch.close();
			enqueue(session, queue);
		}
	}

	@Test
	default void listenerRunsOnTheCallbackExecutor() {
		BackendSession session = newSession();
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		Watch watch = backend().watch(queue("q"), (change) -> threads.add(Thread.currentThread()));

		enqueue(session, queue("q"));
		eventually().until(() -> !threads.isEmpty());
		kill(newSession());
		session.close();
		eventually().until(() -> backend().list(queue("q")).isEmpty());

		assertThat(threads).allMatch(TestEnvironment::isCallbackThread);
		watch.close();
	}

	@Test
	default void listenerMayUseTheStore() throws InterruptedException {
		BackendSession session = newSession();
		Directory directory = directory("d");
		CountDownLatch done = new CountDownLatch(1);
		AtomicBoolean once = new AtomicBoolean();
		AtomicReference<Watch> watch = new AtomicReference<>();
		CountDownLatch watching = new CountDownLatch(1);
		AtomicReference<Throwable> failure = new AtomicReference<>();
		watch.set(backend().watch(directory, (change) -> {
			if (!once.compareAndSet(false, true)) {
				return;
			}
			try {
				watching.await();
				Entry entry = session.create(directory.entry("inside"), bytes("v")).orElseThrow();
				backend().list(directory);
				backend().watch(directory, (nested) -> {
				}).close();
				session.delete(entry);
				session.delete(enqueue(session, queue("inside")).entry());
				BackendSession own = newSession();
				own.close();
				watch.get().close();
			}
			catch (Throwable ex) {
				failure.set(ex);
			}
			done.countDown();
		}));
		watching.countDown();

		backend().create(directory.entry("a"), bytes("v"));

		done.await();
		assertThat(failure).hasValue(null);
	}

	@Test
	default void blockedListenerStopsNobody() {
		BackendSession session = newSession();
		BackendSession dying = newSession();
		Directory queue = queue("q");
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger blocked = new AtomicInteger();
		Watch blocking = backend().watch(queue, (change) -> {
			blocked.incrementAndGet();
			awaitUninterruptibly(release);
		});
		try {
			enqueue(session, queue);
			eventually().until(() -> blocked.get() > 0);

			Reported same = new Reported(this, queue);
			Reported other = new Reported(this, directory("d"));
			String attempt = attempt(dying);
			same.expect(Change.written(attempt), () -> dying.enqueue(queue, attempt, "x", bytes("v"), 9));
			other.expect(Change.written("a"), () -> backend().create(directory("d").entry("a"), bytes("v")));
			session.renew();
			same.expect(Change.removed(attempt), () -> kill(dying, attempt));
			same.watch.close();
			other.watch.close();
			blocking.close();
			newSession().close();
			session.close();
		}
		finally {
			release.countDown();
		}
	}

	@Test
	default void failingListenerStopsNobody() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		AtomicInteger calls = new AtomicInteger();
		Watch failing = backend().watch(queue, (change) -> {
			calls.incrementAndGet();
			throw new ExpectedFailure();
		});
		Reported reported = new Reported(this, queue);
		for (int i = 0; i < 3; i++) {
			int known = calls.get();
			String attempt = attempt(session);
			reported.expect(Change.written(attempt), () -> session.enqueue(queue, attempt, "x", bytes("v"), 9));
			eventually().until(() -> calls.get() > known);
		}
		failing.close();
		reported.watch.close();
	}

	@Test
	default void watchesOfAClosedClientEndWithIt() {
		CoordinationBackend leaving = newBackend();
		Watch watch = leaving.watch(queue("q"), (change) -> {
		});

		leaving.close();

		assertThatCode(watch::close).doesNotThrowAnyException();
	}

	private boolean close(BackendSession session) {
		session.close();
		return true;
	}

	private boolean kill(BackendSession session, String id) {
		kill(session);
		return !id.isEmpty();
	}

	private static Set<String> named(RecordingListener listener, Kind kind) {
		Set<String> ids = ConcurrentHashMap.newKeySet();
		listener.changes().stream().filter((change) -> change.kind() == kind).forEach((change) -> ids.add(change.id()));
		return ids;
	}

	private static boolean isBeingCalled(RecordingListener listener) {
		int calls = listener.calls();
		Thread.yield();
		return listener.calls() != calls;
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What a listener of these tests throws.
	 */
	final class ExpectedFailure extends RuntimeException {

		ExpectedFailure() {
			super("a listener fails", null, false, false);
		}

	}

	/**
	 * Expects a call for each change of a directory.
	 */
	final class Reported {

		private final RecordingListener listener = new RecordingListener();

		private final Watch watch;

		Reported(StoreFixture store, Directory directory) {
			this.watch = store.backend().watch(directory, this.listener);
		}

		<T> T expect(Change change, Supplier<T> action) {
			int known = this.listener.calls();
			T result = action.get();
			eventually().until(() -> this.listener.covers(known, change));
			return result;
		}

	}

	/**
	 * Waits as the recipes do: it subtracts the removals it is told of and reads only
	 * when it is told nothing in particular.
	 */
	final class Waiter {

		private final Set<String> removed = ConcurrentHashMap.newKeySet();

		private final AtomicInteger unknown = new AtomicInteger();

		private final CoordinationBackend client;

		private final Directory queue;

		private final Watch watch;

		Waiter(CoordinationBackend client, Directory queue) {
			this.client = client;
			this.queue = queue;
			this.watch = client.watch(queue, (change) -> {
				if (change.kind() == Kind.REMOVED) {
					this.removed.add(change.id());
				}
				else if (change.kind() == Kind.UNKNOWN) {
					this.unknown.incrementAndGet();
				}
			});
		}

		void awaitTurn(Placement placement) {
			Set<String> ahead = new HashSet<>();
			placement.ahead().forEach((each) -> ahead.add(each.id()));
			AtomicInteger known = new AtomicInteger();
			eventually().until(() -> {
				ahead.removeAll(this.removed);
				int now = this.unknown.get();
				if (!ahead.isEmpty() && known.getAndSet(now) != now) {
					List<String> listed = this.client.list(this.queue).stream().map(Entry::id).toList();
					assertThat(listed).contains(placement.entry().id());
					ahead.retainAll(listed.subList(0, listed.indexOf(placement.entry().id())));
				}
				return ahead.isEmpty();
			});
		}

	}

}
