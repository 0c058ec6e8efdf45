package io.github.coordination.spi;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.github.coordination.CoordinationException;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.SessionLostException;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Sessions: what they are granted, what is bound to them, and what happens at their end.
 */
interface SessionContract extends StoreFixture {

	@Test
	default void sessionIdsAreNewAndPlain() {
		CoordinationBackend other = newBackend();
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			BackendSession session = newSession((i % 2 == 0) ? backend() : other);
			assertThat(session.id()).matches("[A-Za-z0-9-]{1,64}");
			assertThat(ids.add(session.id())).isTrue();
			session.close();
		}
	}

	@Test
	default void grantIsComplete() {
		BackendSession session = newSession();

		SessionGrant grant = session.grant();
		SessionGrant renewed = session.renew();

		for (SessionGrant each : List.of(grant, renewed)) {
			assertThat(each.ttl()).isPositive();
			assertThat(each.storeIdentity()).isNotEmpty();
			if (each.safeTtl() != null) {
				assertThat(each.safeTtl()).isPositive().isLessThanOrEqualTo(each.ttl());
			}
			else {
				assertThat(backend().guarantees().characteristics()).contains(Characteristic.NON_TIMEOUT_BASED);
			}
		}
	}

	@Test
	default void storeIsTheSameForAllItsSessions() {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());

		assertThat(other.grant().storeIdentity()).isEqualTo(session.grant().storeIdentity());
		assertThat(session.renew().storeIdentity()).isEqualTo(session.grant().storeIdentity());
		assertThat(other.renew().storeIdentity()).isEqualTo(session.grant().storeIdentity());
	}

	@Test
	default void renewingOftenChangesNothing() {
		BackendSession session = newSession();
		Entry queued = enqueue(session, queue("q")).entry();

		for (int i = 0; i < 100; i++) {
			session.renew();
		}

		assertThat(session.entries()).usingRecursiveFieldByFieldElementComparator().containsExactly(queued);
		assertThat(session.delete(queued)).isTrue();
		assertThat(backend().list(queue("q"))).isEmpty();
	}

	@Test
	default void everythingBoundToASessionIsFound() {
		BackendSession session = newSession();
		BackendSession other = newSession();
		assertThat(session.entries()).isEmpty();
		Entry bound = session.create(directory("d").entry("a"), bytes("one")).orElseThrow();
		Entry replaced = session.replace(bound, bytes("two")).orElseThrow();
		Entry first = enqueue(session, queue("q1")).entry();
		Entry second = enqueue(session, queue("q2")).entry();
		Entry third = enqueue(session, queue("q2")).entry();
		backend().create(directory("d").entry("persistent"), bytes("one"));
		other.create(directory("d").entry("other"), bytes("one"));
		enqueue(other, queue("q1"));

		assertThat(session.entries()).usingRecursiveFieldByFieldElementComparator()
			.containsExactlyInAnyOrder(replaced, first, second, third);

		session.delete(second);

		assertThat(session.entries()).extracting(Entry::id).containsExactlyInAnyOrder("a", first.id(), third.id());
	}

	@Test
	default void closingDeletesWhatIsBoundAndNothingElse() {
		CoordinationBackend reader = newBackend();
		BackendSession session = newSession();
		BackendSession other = newSession();
		Holdings gone = new Holdings(this, session);
		Holdings kept = new Holdings(this, other);
		Entry persistent = backend().create(directory("d").entry("persistent"), bytes("one")).orElseThrow();

		session.close();

		gone.assertGone(reader);
		kept.assertKept(reader);
		assertThat(reader.get(persistent.key())).isPresent();
	}

	@Test
	default void deathDeletesWhatIsBoundAndNothingElse() {
		CoordinationBackend reader = newBackend();
		BackendSession session = newSession();
		BackendSession other = newSession();
		Holdings gone = new Holdings(this, session);
		Holdings kept = new Holdings(this, other);
		Entry persistent = backend().create(directory("d").entry("persistent"), bytes("one")).orElseThrow();

		kill(session);

		eventually().untilAsserted(() -> gone.assertGone(reader));
		kept.assertKept(reader);
		assertThat(reader.get(persistent.key())).isPresent();
		assertThat(other.renew()).isNotNull();
	}

	@Test
	default void closedSessionRefusesEverythingAndChangesNothing() {
		BackendSession session = newSession();
		Holdings gone = new Holdings(this, session);

		session.close();

		assertRefusesEverything(session, gone);
	}

	@Test
	default void deadSessionRefusesEverythingAndChangesNothing() {
		BackendSession session = newSession();
		Holdings gone = new Holdings(this, session);

		kill(session);

		assertRefusesEverything(session, gone);
	}

	@Test
	default void deadSessionDoesNotTouchItsSuccessorsEntries() {
		BackendSession session = newSession();
		Entry old = session.create(directory("d").entry("a"), bytes("one")).orElseThrow();
		kill(session);
		BackendSession successor = newSession();
		eventually().until(() -> successor.create(old.key(), bytes("two")).isPresent());
		Entry queued = enqueue(successor, queue("q")).entry();

		assertLost(() -> session.delete(old));
		assertLost(() -> session.delete(queued));
		assertLost(() -> session.replace(old, bytes("three")));
		session.close();

		assertThat(backend().list(directory("d"))).extracting(StoreFixture::text).containsExactly("two");
		assertThat(successor.entries()).hasSize(2);
	}

	@Test
	default void closingNeverFails() {
		BackendSession closed = newSession();
		BackendSession dead = newSession();
		CoordinationBackend leaving = newBackend();
		BackendSession orphan = newSession(leaving);
		kill(dead);

		assertThatCode(() -> {
			closed.close();
			closed.close();
			dead.close();
			dead.close();
			leaving.close();
			leaving.close();
			orphan.close();
			orphan.close();
		}).doesNotThrowAnyException();
	}

	@Test
	default void idAndGrantAreKnownAfterTheEnd() {
		BackendSession session = newSession();
		String id = session.id();

		session.close();

		assertThat(session.id()).isEqualTo(id);
		assertThat(session.grant()).isNotNull();
	}

	@Test
	default void closingOneClientDoesNotDisturbAnother() {
		CoordinationBackend leaving = newBackend();
		BackendSession session = newSession();
		Holdings kept = new Holdings(this, session);
		RecordingListener listener = new RecordingListener();
		try (Watch watch = backend().watch(queue("q"), listener)) {
			assertThat(watch).isNotNull();

			leaving.close();

			assertThat(session.renew()).isNotNull();
			kept.assertKept(backend());
			int known = listener.calls();
			Entry queued = enqueue(session, queue("q")).entry();
			eventually().until(() -> listener.covers(known, Change.written(queued.id())));
		}
	}

	@Test
	default void interruptedThreadHarmsNobody() throws InterruptedException {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());
		Holdings kept = new Holdings(this, other);
		Entry own = enqueue(session, queue("own")).entry();
		Thread interrupted = new Thread(() -> {
			Thread.currentThread().interrupt();
			for (int i = 0; i < 5; i++) {
				try {
					backend().list(queue("own"));
					session.delete(enqueue(session, queue("interrupted")).entry());
				}
				catch (CoordinationException ex) {
					// allowed: the call ended in one of the documented ways
				}
			}
		});
		interrupted.start();
		interrupted.join();

		kept.assertKept(backend());
		assertThat(other.renew()).isNotNull();
		assertThat(session.renew()).isNotNull();
		assertThat(backend().get(own.key())).isPresent();
		assertThat(enqueue(session, queue("own")).ahead()).extracting(Placement.Ahead::id).containsExactly(own.id());
	}

	private void assertRefusesEverything(BackendSession session, Holdings gone) {
		EntryKey key = directory("new").entry("a");
		Directory queue = queue("new");

		assertLost(session::renew);
		assertLost(() -> session.create(key, bytes("one")));
		assertLost(() -> session.create(gone.bound.key(), bytes("one")));
		assertLost(() -> session.replace(gone.bound, bytes("two")));
		assertLost(() -> session.enqueue(queue, attempt(session), "x", bytes("one"), 10));
		assertLost(() -> session.enqueue(gone.queue, gone.queued.id(), "x", bytes("one"), 10));
		assertLost(() -> session.delete(gone.bound));
		assertLost(() -> session.delete(gone.queued));
		assertLost(session::entries);
		assertLost(session::renew);
		assertThat(backend().list(key.directory())).isEmpty();
		assertThat(backend().list(queue)).isEmpty();
		eventually().untilAsserted(() -> gone.assertGone(backend()));
	}

	private static void assertLost(ThrowingCallable call) {
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(call);
	}

	/**
	 * An entry and a place in a queue.
	 */
	final class Holdings {

		private final Directory queue;

		private final Entry bound;

		private final Entry queued;

		Holdings(StoreFixture store, BackendSession session) {
			this.queue = store.queue("held-by-" + session.id());
			this.bound = session.create(store.directory("held").entry(session.id()), bytes("one")).orElseThrow();
			this.queued = store.enqueue(session, this.queue).entry();
		}

		void assertGone(CoordinationBackend reader) {
			assertThat(reader.get(this.bound.key())).isEmpty();
			assertThat(reader.list(this.bound.key().directory())).extracting(Entry::id).doesNotContain(this.bound.id());
			assertThat(reader.list(this.queue)).isEmpty();
		}

		void assertKept(CoordinationBackend reader) {
			assertThat(reader.get(this.bound.key())).isPresent();
			assertThat(reader.list(this.queue)).extracting(Entry::id).containsExactly(this.queued.id());
		}

	}

}
