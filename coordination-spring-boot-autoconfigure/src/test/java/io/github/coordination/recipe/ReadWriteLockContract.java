package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.NamedReadWriteLock;
import io.github.coordination.SessionState;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every read-write lock must do, besides the {@link LockContract} for its write
 * lock.
 */
public abstract class ReadWriteLockContract extends RecipeContract {

	@Test
	void bothSidesHaveTheGivenName() {
		NamedReadWriteLock lock = lock(newCoordinator());

		assertThat(lock.name()).isEqualTo("a");
		assertThat(lock.readLock().name()).isEqualTo("a");
		assertThat(lock.writeLock().name()).isEqualTo("a");
	}

	@Test
	void readLockIsGrantedAndGivenBack() {
		LockHandle reading = read(newCoordinator());

		assertThat(reading.isHeld()).isTrue();
		assertThat(reading.release()).isTrue();
		assertThat(reading.release()).isFalse();
		assertThat(reading.isHeld()).isFalse();
		assertThat(size()).isZero();
	}

	@Test
	void readersShare() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();

		List<LockHandle> readers = List.of(read(one), read(one), read(two), lock(two).readLock().acquire(),
				lock(one).readLock().acquire(Duration.ofSeconds(1)));

		assertThat(readers).allMatch(LockHandle::isHeld);
		assertThat(readers.stream().map(LockHandle::fencingToken)).doesNotHaveDuplicates().isSorted();
		assertThat(readers).allMatch(LockHandle::release).noneMatch(LockHandle::release);
		assertThat(size()).isZero();
	}

	@Test
	void readerExcludesWriters() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();
		LockHandle first = read(one);
		LockHandle second = read(two);

		for (Coordinator coordinator : List.of(one, two)) {
			assertThat(lock(coordinator).writeLock().tryAcquire()).isEmpty();
			assertThat(lock(coordinator).writeLock().tryAcquire(Duration.ofMillis(20))).isEmpty();
		}

		first.close();
		assertThat(lock(one).writeLock().tryAcquire()).isEmpty();
		assertThat(lock(two).writeLock().tryAcquire()).isEmpty();
		second.close();
		assertThat(lock(one).writeLock().tryAcquire()).isPresent();
	}

	@Test
	void writerExcludesReaders() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();
		LockHandle writing = write(one);

		for (Coordinator coordinator : List.of(one, two)) {
			assertThat(lock(coordinator).readLock().tryAcquire()).isEmpty();
			assertThat(lock(coordinator).readLock().tryAcquire(Duration.ofMillis(20))).isEmpty();
		}
		assertThat(size()).isEqualTo(1);

		writing.close();
		assertThat(read(one).isHeld()).isTrue();
		assertThat(read(two).isHeld()).isTrue();
	}

	@Test
	void allReadersThatWaitAreGrantedWhenTheWriterIsDone() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		LockHandle writing = write(one);
		List<Worker<LockHandle>> readers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			readers.add(queueReader(one));
			readers.add(queueReader(two));
		}

		writing.close();

		List<LockHandle> reading = readers.stream().map(Worker::result).toList();
		assertThat(reading).allMatch(LockHandle::isHeld);
		assertThat(size()).isEqualTo(readers.size());
		reading.forEach(LockHandle::close);
		assertThat(size()).isZero();
	}

	@Test
	void readerThatComesAfterAWaitingWriterWaitsBehindIt() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		Coordinator three = fixture().newPatientCoordinator();
		LockHandle reading = read(one);
		Worker<LockHandle> writer = queueWriter(two);
		List<Worker<LockHandle>> readers = new ArrayList<>();
		for (Coordinator coordinator : List.of(one, two, three)) {
			assertThat(lock(coordinator).readLock().tryAcquire()).isEmpty();
			readers.add(Worker.startWaiting(() -> lock(coordinator).readLock().acquire()));
		}

		reading.close();

		LockHandle writing = writer.result();
		assertThat(readers).noneMatch(Worker::isDone);
		writing.close();
		assertThat(readers).allMatch((reader) -> reader.result().isHeld());
	}

	@Test
	void readerDoesNotOvertakeAWriterOfTheReadersOwnCoordinator() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		LockHandle reading = read(one);
		Worker<LockHandle> writer = queueWriter(one);

		assertThat(lock(one).readLock().tryAcquire()).isEmpty();
		assertThat(lock(two).readLock().tryAcquire()).isEmpty();
		Worker<LockHandle> local = Worker.startWaiting(() -> lock(one).readLock().acquire());
		Worker<LockHandle> remote = Worker.startWaiting(() -> lock(two).readLock().acquire());
		reading.close();

		LockHandle writing = writer.result();
		assertThat(local.isDone()).isFalse();
		assertThat(remote.isDone()).isFalse();
		writing.close();
		assertThat(local.result().isHeld()).isTrue();
		assertThat(remote.result().isHeld()).isTrue();
	}

	@RepeatedTest(10)
	void writersAndReadersOfACoordinatorAreServedInTheOrderOfTheirArrival() {
		Coordinator coordinator = fixture().newPatientCoordinator();
		LockHandle writing = write(coordinator);
		Worker<LockHandle> firstReader = queueReader(coordinator);
		Worker<LockHandle> secondReader = queueReader(coordinator);
		Worker<LockHandle> firstWriter = Worker.startWaiting(() -> lock(coordinator).writeLock().acquire());
		Worker<LockHandle> secondWriter = Worker.startWaiting(() -> lock(coordinator).writeLock().acquire());
		Worker<LockHandle> lastReader = Worker.startWaiting(() -> lock(coordinator).readLock().acquire());

		writing.close();
		LockHandle first = firstReader.result();
		LockHandle second = secondReader.result();
		assertThat(firstWriter.isDone()).isFalse();
		first.close();
		assertThat(firstWriter.isDone()).isFalse();
		second.close();
		LockHandle third = firstWriter.result();
		assertThat(secondWriter.isDone()).isFalse();
		third.close();
		LockHandle fourth = secondWriter.result();
		assertThat(lastReader.isDone()).isFalse();
		fourth.close();
		assertThat(lastReader.result().isHeld()).isTrue();
	}

	@Test
	void writerIsNotStarvedByReadersThatComeAndGo() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		Readers readers = new Readers(coordinators);

		for (Coordinator coordinator : coordinators) {
			for (int i = 0; i < 5; i++) {
				Worker<LockHandle> writer = Worker.start(() -> lock(coordinator).writeLock().acquire());
				LockHandle writing = writer.result();
				assertThat(writing.isHeld()).isTrue();
				writing.close();
			}
		}

		readers.stop();
		fixture().eventually().until(() -> size() == 0);
	}

	@Test
	void writerThatGivesUpLetsTheReadersBehindItGo() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		LockHandle reading = read(one);
		Worker<LockHandle> writer = queueWriter(two);
		Worker<LockHandle> reader = queueReader(fixture().newPatientCoordinator());
		Worker<LockHandle> local = Worker.startWaiting(() -> lock(two).readLock().acquire());

		writer.interrupt();

		assertThat(writer.failure()).isInstanceOf(InterruptedException.class);
		assertThat(reader.result().isHeld()).isTrue();
		assertThat(local.result().isHeld()).isTrue();
		assertThat(reading.isHeld()).isTrue();
	}

	@Test
	void lostReadersLetTheWriterGo() {
		Coordinator one = newCoordinator();
		LockHandle first = read(one);
		LockHandle second = read(one);
		long tokens = second.fencingToken().value();
		Worker<LockHandle> writer = queueWriter(newCoordinator());

		fixture().loseSession(one);

		assertThat(List.of(first, second)).noneMatch(LockHandle::isHeld).noneMatch(LockHandle::release);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(first::ensureHeld);
		LockHandle writing = writer.result();
		assertThat(writing.fencingToken().value()).isGreaterThan(tokens);
		fixture().eventually().until(() -> one.state() == SessionState.CONNECTED);
		assertThat(lock(one).readLock().tryAcquire()).isEmpty();
		writing.close();
	}

	@Test
	void writerDoesNotBelieveInTheSessionThatDiedWithAReaderOfItsOwn() {
		for (int i = 0; i < 20; i++) {
			Coordinator coordinator = fixture().newPatientCoordinator();
			read(coordinator);
			read(coordinator);
			Worker<LockHandle> writer = queueWriter(coordinator);

			fixture().endSession(coordinator);

			LockHandle writing = writer.result();
			assertThat(fixture().entries("lock", "a")).extracting(Entry::createRevision)
				.containsExactly(writing.fencingToken().value());
			writing.close();
		}
	}

	@Test
	void waitingReaderWhoseSessionDiesQueuesAgain() {
		Coordinator waiting = newCoordinator();
		LockHandle writing = write(newCoordinator());
		Worker<LockHandle> reader = queueReader(waiting);

		fixture().loseSession(waiting);
		fixture().eventually().until(() -> size() == 2);
		assertThat(reader.isDone()).isFalse();
		writing.close();

		assertThat(reader.result().isHeld()).isTrue();
	}

	@Test
	void writeSideIsTheLockOfItsName() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle writing = write(coordinator);

		assertThat(other.lock("a").tryAcquire()).isEmpty();
		assertThat(coordinator.semaphore("a", 1).tryAcquire()).isPresent();
		writing.close();
		LockHandle locking = other.lock("a").acquire(Duration.ofSeconds(10));

		assertThat(coordinator.readWriteLock("a").readLock().tryAcquire()).isEmpty();
		assertThat(locking.isHeld()).isTrue();
	}

	@Test
	void writersAreAloneAndReadersAreAmongThemselves() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 40, 10);
		AtomicInteger readersInside = new AtomicInteger();
		AtomicInteger writersInside = new AtomicInteger();
		int[] counter = new int[1];
		List<Worker<Integer>> workers = new ArrayList<>();

		for (int i = 0; i < 8; i++) {
			Random random = new Random(i);
			Coordinator coordinator = coordinators.get(i % coordinators.size());
			workers.add(Worker.start(() -> {
				int written = 0;
				for (int section = 0; section < sections; section++) {
					if (random.nextInt(4) == 0) {
						try (LockHandle held = lock(coordinator).writeLock().acquire()) {
							assertThat(writersInside.incrementAndGet()).isEqualTo(1);
							assertThat(readersInside).hasValue(0);
							held.ensureHeld();
							int read = counter[0];
							Thread.yield();
							counter[0] = read + 1;
							written++;
							writersInside.decrementAndGet();
						}
					}
					else {
						try (LockHandle held = lock(coordinator).readLock().acquire()) {
							readersInside.incrementAndGet();
							assertThat(writersInside).hasValue(0);
							held.ensureHeld();
							Thread.yield();
							readersInside.decrementAndGet();
						}
					}
				}
				return written;
			}));
		}

		assertThat(workers.stream().mapToInt(Worker::result).sum()).isEqualTo(counter[0]);
		fixture().eventually().until(() -> size() == 0);
	}

	private static NamedReadWriteLock lock(Coordinator coordinator) {
		return coordinator.readWriteLock("a");
	}

	private static LockHandle read(Coordinator coordinator) {
		return lock(coordinator).readLock().tryAcquire().orElseThrow();
	}

	private static LockHandle write(Coordinator coordinator) {
		return lock(coordinator).writeLock().tryAcquire().orElseThrow();
	}

	private Worker<LockHandle> queueReader(Coordinator coordinator) {
		return fixture().queue("lock", "a", () -> lock(coordinator).readLock().acquire());
	}

	private Worker<LockHandle> queueWriter(Coordinator coordinator) {
		return fixture().queue("lock", "a", () -> lock(coordinator).writeLock().acquire());
	}

	private int size() {
		return fixture().entries("lock", "a").size();
	}

	/**
	 * Readers that always overlap, so that there is one at any time.
	 */
	private static final class Readers {

		private final AtomicInteger stopped = new AtomicInteger();

		private final List<Worker<Integer>> workers = new ArrayList<>();

		private Readers(List<Coordinator> coordinators) {
			for (int i = 0; i < 4; i++) {
				Coordinator coordinator = coordinators.get(i % coordinators.size());
				boolean patient = i < 2;
				this.workers.add(Worker.start(() -> comeAndGo(coordinator, patient)));
			}
		}

		void stop() {
			this.stopped.set(1);
			this.workers.forEach(Worker::result);
		}

		private int comeAndGo(Coordinator coordinator, boolean patient) throws InterruptedException {
			int times = 0;
			LockHandle last = lock(coordinator).readLock().acquire();
			while (this.stopped.get() == 0) {
				LockHandle next = patient ? lock(coordinator).readLock().tryAcquire(Duration.ofMillis(1)).orElse(null)
						: lock(coordinator).readLock().tryAcquire().orElse(null);
				if (last != null) {
					last.close();
				}
				last = next;
				times++;
			}
			if (last != null) {
				last.close();
			}
			return times;
		}

	}

}
