package io.github.coordination.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.MisuseException;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Single entries, persistent and bound to a session, and what a store says of itself.
 */
interface EntryContract extends StoreFixture {

	@Test
	default void guaranteesAreComplete() {
		Guarantees guarantees = backend().guarantees();

		assertThat(guarantees.level()).isNotNull();
		assertThat(guarantees.watch()).isNotNull();
		assertThat(guarantees.tokens()).isNotNull();
		assertThat(guarantees.noticeBound()).isGreaterThanOrEqualTo(Duration.ZERO);
		assertThat(guarantees.characteristics()).contains(Characteristic.DISTRIBUTED_ACROSS_THREADS);
		if (guarantees.characteristics().contains(Characteristic.DISTRIBUTED_ACROSS_HOSTS)) {
			assertThat(guarantees.characteristics()).contains(Characteristic.DISTRIBUTED_ACROSS_PROCESSES);
		}
		assertThat(guarantees.characteristics().contains(Characteristic.DISTRIBUTED_ACROSS_PROCESSES))
			.isEqualTo(guarantees.level() != Guarantees.Level.LOCAL);
		assertThat(guarantees.maxNameBytes()).isPositive();
		assertThat(guarantees.maxValueBytes()).isGreaterThanOrEqualTo(4096);
		assertThat(newBackend().guarantees()).isEqualTo(guarantees);
	}

	@Test
	default void whatWasNeverWrittenIsAbsent() {
		assertThat(backend().get(directory("d").entry("a"))).isEmpty();
		assertThat(backend().list(directory("d"))).isEmpty();
		assertThat(backend().list(queue("d"))).isEmpty();
	}

	@Test
	default void persistentEntryIsReadByEveryClient() {
		EntryKey key = directory("d").entry("a");

		Entry created = backend().create(key, bytes("one")).orElseThrow();

		assertThat(created.key()).isEqualTo(key);
		assertThat(created.id()).isEqualTo("a");
		assertThat(created.tag()).isEmpty();
		assertThat(text(created)).isEqualTo("one");
		assertThat(created.sessionId()).isNull();
		assertSame(backend().get(key), created);
		assertSame(newBackend().get(key), created);
		assertThat(newBackend().list(directory("d"))).singleElement()
			.satisfies((listed) -> assertSame(Optional.of(listed), created));
	}

	@Test
	default void boundEntryNamesItsSession() {
		BackendSession session = newSession();
		EntryKey key = directory("d").entry("a");

		Entry created = session.create(key, bytes("one")).orElseThrow();

		assertThat(created.sessionId()).isEqualTo(session.id());
		assertThat(created.tag()).isEmpty();
		assertSame(newBackend().get(key), created);
	}

	@Test
	default void existingKeyIsNotCreatedAgainWhoeverItBelongsTo() {
		BackendSession first = newSession();
		BackendSession second = newSession(newBackend());
		EntryKey persistent = directory("d").entry("persistent");
		EntryKey bound = directory("d").entry("bound");
		backend().create(persistent, bytes("one"));
		first.create(bound, bytes("one"));

		assertThat(newBackend().create(persistent, bytes("two"))).isEmpty();
		assertThat(first.create(persistent, bytes("two"))).isEmpty();
		assertThat(backend().create(bound, bytes("two"))).isEmpty();
		assertThat(first.create(bound, bytes("two"))).isEmpty();
		assertThat(second.create(bound, bytes("two"))).isEmpty();
		assertThat(backend().list(directory("d"))).extracting(StoreFixture::text).containsExactly("one", "one");
	}

	@Test
	default void replacingKeepsTheCreationRevisionAndRaisesTheRevision() {
		EntryKey key = directory("d").entry("a");
		Entry created = backend().create(key, bytes("one")).orElseThrow();

		Entry replaced = newBackend().replace(created, bytes("two")).orElseThrow();

		assertThat(text(replaced)).isEqualTo("two");
		assertThat(replaced.createRevision()).isEqualTo(created.createRevision());
		assertThat(replaced.revision()).isGreaterThan(created.revision());
		assertThat(replaced.sessionId()).isNull();
		assertSame(backend().get(key), replaced);
	}

	@Test
	default void replacingABoundEntryKeepsItsSession() {
		BackendSession session = newSession();
		EntryKey key = directory("d").entry("a");
		Entry created = session.create(key, bytes("one")).orElseThrow();

		Entry replaced = session.replace(created, bytes("two")).orElseThrow();

		assertThat(text(replaced)).isEqualTo("two");
		assertThat(replaced.sessionId()).isEqualTo(session.id());
		assertThat(replaced.createRevision()).isEqualTo(created.createRevision());
		assertThat(replaced.revision()).isGreaterThan(created.revision());
		assertSame(backend().get(key), replaced);
		session.close();
		assertThat(backend().get(key)).isEmpty();
	}

	@Test
	default void replacingAQueuedEntryKeepsItsPlaceAndTag() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		Entry first = session.enqueue(queue, attempt(session), "tag1", bytes("one"), 0).orElseThrow().entry();
		Entry second = enqueue(session, queue).entry();

		Entry replaced = session.replace(first, bytes("two")).orElseThrow();

		assertThat(replaced.tag()).isEqualTo("tag1");
		assertThat(replaced.sessionId()).isEqualTo(session.id());
		assertThat(replaced.createRevision()).isEqualTo(first.createRevision());
		assertThat(backend().list(queue)).extracting(Entry::id).containsExactly(first.id(), second.id());
		assertSame(backend().get(first.key()), replaced);
		assertThat(session.delete(first)).isFalse();
		assertThat(session.delete(replaced)).isTrue();
	}

	@Test
	default void staleRevisionReplacesAndDeletesNothing() {
		BackendSession session = newSession();
		Entry persistent = backend().create(directory("d").entry("persistent"), bytes("one")).orElseThrow();
		Entry bound = session.create(directory("d").entry("bound"), bytes("one")).orElseThrow();
		Entry newPersistent = backend().replace(persistent, bytes("two")).orElseThrow();
		Entry newBound = session.replace(bound, bytes("two")).orElseThrow();

		assertThat(backend().replace(persistent, bytes("three"))).isEmpty();
		assertThat(backend().delete(persistent)).isFalse();
		assertThat(session.replace(bound, bytes("three"))).isEmpty();
		assertThat(session.delete(bound)).isFalse();
		assertSame(backend().get(persistent.key()), newPersistent);
		assertSame(backend().get(bound.key()), newBound);
	}

	@Test
	default void entryOfTheSameNameIsAnotherEntryAfterDeletion() {
		BackendSession session = newSession();
		Entry persistent = backend().create(directory("d").entry("persistent"), bytes("one")).orElseThrow();
		Entry bound = session.create(directory("d").entry("bound"), bytes("one")).orElseThrow();
		backend().delete(persistent);
		session.delete(bound);
		Entry newPersistent = backend().create(persistent.key(), bytes("one")).orElseThrow();
		Entry newBound = session.create(bound.key(), bytes("one")).orElseThrow();

		assertThat(backend().delete(persistent)).isFalse();
		assertThat(backend().replace(persistent, bytes("two"))).isEmpty();
		assertThat(session.delete(bound)).isFalse();
		assertThat(session.replace(bound, bytes("two"))).isEmpty();
		assertSame(backend().get(persistent.key()), newPersistent);
		assertSame(backend().get(bound.key()), newBound);
	}

	@Test
	default void absentEntryIsNeitherReplacedNorDeleted() {
		BackendSession session = newSession();
		Entry persistent = backend().create(directory("d").entry("persistent"), bytes("one")).orElseThrow();
		Entry bound = session.create(directory("d").entry("bound"), bytes("one")).orElseThrow();

		assertThat(newBackend().delete(persistent)).isTrue();
		assertThat(session.delete(bound)).isTrue();
		assertThat(backend().delete(persistent)).isFalse();
		assertThat(backend().replace(persistent, bytes("two"))).isEmpty();
		assertThat(session.delete(bound)).isFalse();
		assertThat(session.replace(bound, bytes("two"))).isEmpty();
		assertThat(backend().list(directory("d"))).isEmpty();
	}

	@Test
	default void revisionsOfAKeyOnlyGrowAcrossItsDeletion() {
		BackendSession session = newSession();
		CoordinationBackend other = newBackend();
		EntryKey key = directory("d").entry("a");
		long last = 0;
		for (int i = 0; i < 5; i++) {
			Entry persistent = ((i % 2 == 0) ? backend() : other).create(key, bytes("one")).orElseThrow();
			assertThat(persistent.createRevision()).isGreaterThan(last);
			Entry replaced = backend().replace(persistent, bytes("two")).orElseThrow();
			assertThat(replaced.revision()).isGreaterThan(persistent.revision());
			other.delete(replaced);
			Entry bound = session.create(key, bytes("one")).orElseThrow();
			assertThat(bound.createRevision()).isGreaterThan(replaced.revision());
			session.delete(bound);
			last = bound.revision();
		}
	}

	@Test
	default void directoryIsListedByCreationRevision() {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());
		List<String> ids = List.of("m", "z", "a", "k", "B", "10", "9");
		for (int i = 0; i < ids.size(); i++) {
			EntryKey key = directory("d").entry(ids.get(i));
			switch (i % 3) {
				case 0 -> backend().create(key, bytes("v"));
				case 1 -> session.create(key, bytes("v"));
				default -> other.create(key, bytes("v"));
			}
		}
		Entry first = backend().get(directory("d").entry("m")).orElseThrow();
		backend().replace(first, bytes("changed"));

		List<Entry> listed = newBackend().list(directory("d"));

		assertThat(listed).extracting(Entry::id).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(listed).extracting(Entry::createRevision).isSorted();
	}

	@Test
	default void valuesComeBackAsTheyWere() {
		byte[] binary = new byte[256];
		IntStream.range(0, 256).forEach((i) -> binary[i] = (byte) i);
		byte[] large = new byte[4096];
		new Random(1).nextBytes(large);
		BackendSession session = newSession();
		CoordinationBackend other = newBackend();
		int i = 0;
		for (byte[] value : List.of(new byte[0], binary, large, bytes("\u00e4\ud83d\ude00\n"))) {
			EntryKey key = directory("d").entry("p" + i);
			Entry persistent = backend().create(key, value).orElseThrow();
			Entry bound = session.create(directory("d").entry("b" + i), value).orElseThrow();
			Placement placement = session.enqueue(queue("q" + i), attempt(session), "x", value, 0).orElseThrow();
			for (Entry written : List.of(persistent, bound, placement.entry())) {
				assertThat(written.value()).isEqualTo(value);
				assertThat(other.get(written.key()).orElseThrow().value()).isEqualTo(value);
				assertThat(other.list(written.key().directory())).last()
					.satisfies((listed) -> assertThat(listed.value()).isEqualTo(value));
			}
			assertThat(backend().replace(persistent, new byte[0]).orElseThrow().value()).isEmpty();
			assertThat(session.replace(bound, large).orElseThrow().value()).isEqualTo(large);
			assertThat(other.get(bound.key()).orElseThrow().value()).isEqualTo(large);
			backend().delete(backend().get(key).orElseThrow());
			session.delete(session.replace(other.get(bound.key()).orElseThrow(), value).orElseThrow());
			i++;
		}
	}

	@Test
	default void largestValueIsKeptAndALargerOneIsMisuse() {
		int most = backend().guarantees().maxValueBytes();
		// some have no limit
		byte[] largest = new byte[Math.min(most, 1 << 20)];
		new Random(2).nextBytes(largest);
		BackendSession session = newSession();

		Entry persistent = backend().create(directory("p").entry("a"), largest).orElseThrow();
		Entry bound = session.create(directory("d").entry("a"), largest).orElseThrow();
		Entry queued = session.enqueue(queue("q"), attempt(session), "x", largest, 0).orElseThrow().entry();

		if (most < Integer.MAX_VALUE) {
			byte[] larger = new byte[most + 1];
			for (ThrowingCallable tooLarge : List.<ThrowingCallable>of(
					() -> backend().create(directory("d").entry("b"), larger),
					() -> backend().replace(persistent, larger),
					() -> session.create(directory("d").entry("b"), larger), () -> session.replace(bound, larger),
					() -> session.enqueue(queue("other"), attempt(session), "x", larger, 0))) {
				assertThatExceptionOfType(MisuseException.class).isThrownBy(tooLarge);
			}
		}
		assertSame(backend().get(persistent.key()), persistent);
		assertSame(backend().get(queued.key()), queued);
		assertThat(newBackend().list(directory("d"))).singleElement()
			.satisfies((listed) -> assertSame(Optional.of(listed), bound));
		assertThat(session.entries()).extracting(Entry::key).containsExactlyInAnyOrder(bound.key(), queued.key());
		assertThat(backend().replace(persistent, largest)).isPresent();
		assertThat(session.replace(bound, largest)).isPresent();
		assertThat(session.replace(queued, largest)).isPresent();
	}

	@Test
	default void persistentEntryOutlivesSessionAndClient() {
		CoordinationBackend leaving = newBackend();
		BackendSession session = newSession(leaving);
		EntryKey key = directory("d").entry("a");
		Entry created = leaving.create(key, bytes("one")).orElseThrow();

		session.close();
		leaving.close();

		assertSame(backend().get(key), created);
		assertThat(backend().delete(created)).isTrue();
	}

	@Test
	default void oneOfManyCreatesTheKey() {
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		List<BackendSession> sessions = List.of(newSession(), newSession(clients.get(1)));
		for (int round = 0; round < 20; round++) {
			EntryKey key = directory("d").entry("a" + round);
			AtomicInteger winners = new AtomicInteger();
			Threads.run(4, (thread) -> {
				Optional<Entry> created = (thread < 2) ? clients.get(thread).create(key, bytes("v"))
						: sessions.get(thread - 2).create(key, bytes("v"));
				created.ifPresent((entry) -> winners.incrementAndGet());
			});
			assertThat(winners).hasValue(1);
		}
	}

	@Test
	default void noReplacementIsLost() {
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		EntryKey key = directory("d").entry("counter");
		backend().create(key, bytes("0"));

		Threads.run(4, (thread) -> {
			CoordinationBackend client = clients.get(thread % 2);
			for (int done = 0; done < 25;) {
				Entry read = client.get(key).orElseThrow();
				byte[] next = bytes(Integer.toString(Integer.parseInt(text(read)) + 1));
				if (client.replace(read, next).isPresent()) {
					done++;
				}
			}
		});

		assertThat(text(backend().get(key).orElseThrow())).isEqualTo("100");
	}

	@Test
	default void oneOfManyDeletesTheEntry() {
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		for (int round = 0; round < 20; round++) {
			Entry entry = backend().create(directory("d").entry("a"), bytes("v")).orElseThrow();
			AtomicInteger winners = new AtomicInteger();
			Threads.run(4, (thread) -> {
				if (clients.get(thread % 2).delete(entry)) {
					winners.incrementAndGet();
				}
			});
			assertThat(winners).hasValue(1);
		}
	}

	@Test
	default void foreignContentIsSkippedAndKept() {
		BackendSession session = newSession();
		Entry bound = session.create(directory("d").entry("a"), bytes("one")).orElseThrow();
		Entry queued = enqueue(session, queue("q")).entry();

		plantForeignEntry(directory("d"));
		plantForeignEntry(queue("q"));

		assertThat(newBackend().list(directory("d"))).extracting(Entry::id).containsExactly("a");
		assertThat(newBackend().list(queue("q"))).extracting(Entry::id).containsExactly(queued.id());
		assertThat(enqueue(session, queue("q")).ahead()).extracting(Placement.Ahead::id).containsExactly(queued.id());
		assertThat(session.delete(bound)).isTrue();
		assertThat(session.delete(queued)).isTrue();
	}

	private static void assertSame(Optional<Entry> actual, Entry expected) {
		assertThat(actual).get().usingRecursiveComparison().isEqualTo(expected);
	}

}
