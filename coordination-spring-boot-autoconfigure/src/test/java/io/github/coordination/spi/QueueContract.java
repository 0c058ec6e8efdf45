package io.github.coordination.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Placement.Ahead;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Queues: places in order, attempts that can be repeated, revisions that only grow.
 */
interface QueueContract extends StoreFixture {

	@Test
	default void placementHoldsTheNewEntryAndThoseAhead() {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());
		Directory queue = queue("q");

		Placement first = session.enqueue(queue, attempt(session), "x", bytes("one"), 0).orElseThrow();
		Placement second = other.enqueue(queue, attempt(other), "s", bytes("two"), 1).orElseThrow();
		Placement third = session.enqueue(queue, attempt(session), "", bytes("three"), 2).orElseThrow();

		assertThat(first.ahead()).isEmpty();
		assertThat(second.ahead()).containsExactly(new Ahead(first.entry().id(), "x"));
		assertThat(third.ahead()).containsExactly(new Ahead(first.entry().id(), "x"),
				new Ahead(second.entry().id(), "s"));
		assertThat(second.entry().sessionId()).isEqualTo(other.id());
		assertThat(second.entry().tag()).isEqualTo("s");
		assertThat(second.entry().key().directory()).isEqualTo(queue);
		assertThat(StoreFixture.text(second.entry())).isEqualTo("two");
		assertThat(backend().list(queue)).usingRecursiveFieldByFieldElementComparator()
			.containsExactly(first.entry(), second.entry(), third.entry());
		assertThat(backend().get(second.entry().key())).get().usingRecursiveComparison().isEqualTo(second.entry());
	}

	@Test
	default void tagsAreReadableInListsAndPlacements() {
		BackendSession session = newSession();
		List<String> tags = List.of("", "x", "X", "0", "42", "exclusive1234567", "SHARED", "aZ09");

		Placement last = null;
		for (String tag : tags) {
			last = session.enqueue(queue("q"), attempt(session), tag, bytes("v"), Integer.MAX_VALUE).orElseThrow();
			assertThat(last.entry().tag()).isEqualTo(tag);
		}

		assertThat(last.ahead()).extracting(Ahead::tag).containsExactlyElementsOf(tags.subList(0, tags.size() - 1));
		assertThat(newBackend().list(queue("q"))).extracting(Entry::tag).containsExactlyElementsOf(tags);
	}

	@Test
	default void thoseWhoLeftAreNotAhead() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		List<Entry> entries = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			entries.add(enqueue(session, queue).entry());
		}

		session.delete(entries.get(0));
		session.delete(entries.get(3));

		assertThat(enqueue(session, queue).ahead()).extracting(Ahead::id)
			.containsExactly(entries.get(1).id(), entries.get(2).id(), entries.get(4).id());
	}

	@Test
	default void repeatedAttemptFindsItsEntryAndChangesNothing() {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());
		Directory queue = queue("q");
		Entry ahead = enqueue(other, queue).entry();
		String attempt = attempt(session);
		Entry entry = session.enqueue(queue, attempt, "x", bytes("one"), 1).orElseThrow().entry();
		Entry behind = enqueue(other, queue).entry();

		Placement repeated = session.enqueue(queue, attempt, "x", bytes("two"), 1).orElseThrow();

		assertThat(repeated.entry()).usingRecursiveComparison().isEqualTo(entry);
		assertThat(repeated.ahead()).containsExactly(new Ahead(ahead.id(), "x"));
		assertThat(backend().list(queue)).usingRecursiveFieldByFieldElementComparator()
			.containsExactly(ahead, entry, behind);

		other.delete(ahead);

		assertThat(session.enqueue(queue, attempt, "x", bytes("one"), 1).orElseThrow().ahead()).isEmpty();
		assertThat(session.entries()).hasSize(1);
	}

	@Test
	default void attemptsOfTheSameNumberInTwoSessionsAreTwoAttempts() {
		BackendSession session = newSession();
		BackendSession other = newSession();

		Entry one = session.enqueue(queue("q"), session.id() + ".1", "x", bytes("v"), 9).orElseThrow().entry();
		Entry two = other.enqueue(queue("q"), other.id() + ".1", "x", bytes("v"), 9).orElseThrow().entry();
		Entry eleven = session.enqueue(queue("q"), session.id() + ".11", "x", bytes("v"), 9).orElseThrow().entry();

		assertThat(backend().list(queue("q"))).extracting(Entry::id).containsExactly(one.id(), two.id(), eleven.id());
	}

	@Test
	default void refusedAttemptLeavesNothingBehind() {
		BackendSession session = newSession();
		BackendSession other = newSession(newBackend());
		Directory queue = queue("q");
		Entry first = enqueue(other, queue).entry();
		Entry second = enqueue(other, queue).entry();

		assertThat(session.enqueue(queue, attempt(session), "x", bytes("v"), 0)).isEmpty();
		assertThat(session.enqueue(queue, attempt(session), "x", bytes("v"), 1)).isEmpty();

		assertThat(session.entries()).isEmpty();
		assertThat(backend().list(queue)).extracting(Entry::id).containsExactly(first.id(), second.id());
		assertThat(session.enqueue(queue, attempt(session), "x", bytes("v"), 2)).isPresent();
		other.delete(first);
		other.delete(second);
		assertThat(other.enqueue(queue, attempt(other), "x", bytes("v"), 0)).isEmpty();
		session.close();
		assertThat(other.enqueue(queue, attempt(other), "x", bytes("v"), 0)).isPresent();
	}

	@Test
	default void creationRevisionsGrowWhateverHappensInBetween() {
		Directory queue = queue("q");
		List<Long> revisions = new ArrayList<>();
		for (int round = 0; round < 3; round++) {
			CoordinationBackend client = newBackend();
			BackendSession kept = newSession(client);
			BackendSession killed = newSession();
			Entry first = enqueue(kept, queue).entry();
			Entry second = enqueue(killed, queue).entry();
			Entry third = enqueue(kept, queue).entry();
			kept.delete(first);
			Entry fourth = enqueue(kept, queue).entry();
			for (Entry entry : List.of(first, second, third, fourth)) {
				revisions.add(entry.createRevision());
			}
			kill(killed);
			eventually().until(() -> backend().list(queue).size() == 2);
			kept.delete(third);
			kept.delete(fourth);
			assertThat(backend().list(queue)).isEmpty();
			Entry fifth = enqueue(kept, queue).entry();
			revisions.add(fifth.createRevision());
			kept.close();
			client.close();
		}

		assertThat(revisions).isSorted().doesNotHaveDuplicates();
		assertThat(revisions.get(0)).isPositive();
	}

	@Test
	default void creationRevisionsGrowThoughEveryClientWasAway() {
		Directory queue = queue("q");
		BackendSession session = newSession();
		long last = enqueue(session, queue).entry().createRevision();
		session.close();
		backend().close();

		CoordinationBackend returned = newBackend();

		assertThat(enqueue(newSession(returned), queue).entry().createRevision()).isGreaterThan(last);
	}

	@Test
	default void placementsOfManyAgree() {
		List<BackendSession> sessions = List.of(newSession(), newSession(newBackend()));
		Directory queue = queue("q");
		Queue<Placement> placements = new ConcurrentLinkedQueue<>();

		Threads.run(8, (thread) -> {
			for (int i = 0; i < 10; i++) {
				placements.add(enqueue(sessions.get(thread % 2), queue));
			}
		});

		List<Placement> inOrder = new ArrayList<>(placements);
		inOrder.sort(Comparator.comparing((placement) -> placement.entry().createRevision()));
		List<String> before = new ArrayList<>();
		for (Placement placement : inOrder) {
			assertThat(placement.ahead()).extracting(Ahead::id).containsExactlyElementsOf(before);
			before.add(placement.entry().id());
		}
		assertThat(inOrder).extracting((placement) -> placement.entry().createRevision()).doesNotHaveDuplicates();
		assertThat(backend().list(queue)).extracting(Entry::id).containsExactlyElementsOf(before);
	}

	@Test
	default void revisionsBecomeVisibleInIncreasingOrder() {
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		List<BackendSession> sessions = List.of(newSession(), newSession(clients.get(1)));
		Directory queue = queue("q");
		Set<Long> shown = ConcurrentHashMap.newKeySet();
		AtomicLong highest = new AtomicLong();
		AtomicInteger writers = new AtomicInteger(6);

		Threads.run(8, (thread) -> {
			CoordinationBackend client = clients.get(thread % 2);
			BackendSession session = sessions.get(thread % 2);
			if (thread >= 6) {
				while (writers.get() > 0) {
					list(client, queue, shown, highest);
				}
				return;
			}
			try {
				for (int i = 0; i < 30; i++) {
					long before = highest.get();
					Placement placement = enqueue(session, queue);
					assertThat(placement.entry().createRevision()).isGreaterThan(before);
					list(client, queue, shown, highest);
					session.delete(placement.entry());
				}
			}
			finally {
				writers.decrementAndGet();
			}
		});

		assertThat(backend().list(queue)).isEmpty();
		assertThat(shown).isNotEmpty();
	}

	@Test
	default void viewIsConsistent() {
		CoordinationBackend writing = newBackend();
		BackendSession session = newSession(writing);
		Directory queue = queue("q");
		AtomicBoolean done = new AtomicBoolean();

		Threads.run(4, (thread) -> {
			if (thread > 0) {
				while (!done.get()) {
					List<Integer> numbers = backend().list(queue)
						.stream()
						.map((entry) -> Integer.parseInt(StoreFixture.text(entry)))
						.toList();
					for (int i = 1; i < numbers.size(); i++) {
						assertThat(numbers.get(i)).as("%s", numbers).isEqualTo(numbers.get(i - 1) + 1);
					}
				}
				return;
			}
			try {
				List<Entry> window = new ArrayList<>();
				for (int i = 0; i < 200; i++) {
					window.add(
							session.enqueue(queue, attempt(session), "x", bytes(Integer.toString(i)), Integer.MAX_VALUE)
								.orElseThrow()
								.entry());
					if (window.size() > 4) {
						session.delete(window.remove(0));
					}
				}
			}
			finally {
				done.set(true);
			}
		});
	}

	@Test
	default void clientReadsWhatItWrote() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		for (int i = 0; i < 50; i++) {
			Entry entry = enqueue(session, queue).entry();
			assertThat(backend().list(queue)).extracting(Entry::id).containsExactly(entry.id());
			assertThat(backend().get(entry.key())).isPresent();
			session.delete(entry);
			assertThat(backend().list(queue)).isEmpty();
			assertThat(backend().get(entry.key())).isEmpty();
		}
	}

	@Test
	default void onlyOneIsAtTheHead() {
		List<BackendSession> sessions = List.of(newSession(), newSession(newBackend()));
		Directory queue = queue("q");
		AtomicInteger inside = new AtomicInteger();
		AtomicLong lastToken = new AtomicLong();

		Threads.run(8, (thread) -> {
			BackendSession session = sessions.get(thread % 2);
			for (int i = 0; i < 50; i++) {
				Optional<Placement> placement = session.enqueue(queue, attempt(session), "x", bytes("v"), 0);
				if (placement.isPresent()) {
					assertThat(inside.incrementAndGet()).isEqualTo(1);
					long token = placement.get().entry().createRevision();
					assertThat(lastToken.getAndSet(token)).isLessThan(token);
					inside.decrementAndGet();
					assertThat(session.delete(placement.get().entry())).isTrue();
				}
			}
		});

		assertThat(lastToken).hasPositiveValue();
		assertThat(backend().list(queue)).isEmpty();
	}

	private static void list(CoordinationBackend client, Directory queue, Set<Long> shown, AtomicLong highest) {
		long floor = highest.get();
		Set<Long> shownBefore = new HashSet<>(shown);
		List<Long> revisions = client.list(queue).stream().map(Entry::createRevision).toList();
		assertThat(revisions).isSorted();
		for (Long revision : revisions) {
			if (revision < floor) {
				assertThat(shownBefore).as("appeared below %d", floor).contains(revision);
			}
		}
		// first what was shown, then how far: a reader of the latter finds the former
		shown.addAll(revisions);
		revisions.forEach((revision) -> highest.accumulateAndGet(revision, Math::max));
	}

}
