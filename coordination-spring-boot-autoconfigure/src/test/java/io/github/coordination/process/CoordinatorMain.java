package io.github.coordination.process;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.github.coordination.Acquirable;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.LockHandle;
import io.github.coordination.Member;
import io.github.coordination.Partitioner;

/**
 * A coordinator in a process of its own, that does what it is told: a number and words
 * in, the number and an answer out. Each order has a thread of its own. Between the
 * answers it says what it believes, see {@link Beliefs}, and what it hears of groups. It
 * ends with its input, or when it is too old.
 */
public final class CoordinatorMain {

	static final String OK = "ok";

	static final String FAILED = "failed";

	static final String NOTHING = "-";

	private static final int ATTEMPTS = 5;

	private static final Duration LIFE = Duration.ofMinutes(10);

	private static final FileOutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);

	private final Map<String, Held> held = new ConcurrentHashMap<>();

	/** Who waits for what. */
	private final Map<String, Thread> acquiring = new ConcurrentHashMap<>();

	private final List<CountingThread> counting = new CopyOnWriteArrayList<>();

	private volatile Coordinator coordinator;

	private volatile Beliefs beliefs;

	private CoordinatorMain() {
	}

	public static void main(String[] args) throws IOException {
		// what libraries print is no answer
		System.setOut(System.err);
		ExecutorService threads = Executors.newCachedThreadPool(CoordinatorMain::daemon);
		threads.execute(() -> {
			long end = System.nanoTime() + LIFE.toNanos();
			while (System.nanoTime() - end < 0) {
				LockSupport.parkNanos(end - System.nanoTime());
			}
			Runtime.getRuntime().halt(2);
		});
		CoordinatorMain main = new CoordinatorMain();
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = orders.readLine(); line != null; line = orders.readLine()) {
			String[] words = line.split(" ");
			Runnable order = () -> main.obey(words[0], Arrays.copyOfRange(words, 1, words.length));
			if (words[1].equals("connect")) {
				// what comes after it needs it
				order.run();
			}
			else {
				threads.execute(order);
			}
		}
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Write a line in one piece, so that a process that is killed leaves no half ones.
	 */
	static synchronized void say(Object... words) {
		String line = Arrays.stream(words).map(Object::toString).collect(Collectors.joining(" ", "", "\n"));
		try {
			OUTPUT.write(line.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		return thread;
	}

	private void obey(String number, String[] words) {
		try {
			say(number, OK, persist(words));
		}
		catch (Exception | LinkageError ex) {
			say(number, FAILED, ex.toString().replace('\n', ' '));
			if (!(ex instanceof CoordinationException)) {
				ex.printStackTrace();
			}
		}
	}

	/** A call that was not made because the store had no time for it is made again. */
	private Object persist(String[] words) throws Exception {
		for (int i = 0; i < ATTEMPTS; i++) {
			try {
				return run(words);
			}
			catch (BackendUnavailableException ex) {
				System.err.println("once more: " + ex);
			}
		}
		return run(words);
	}

	private Object run(String[] words) throws Exception {
		String name = (words.length > 1) ? words[1] : "";
		return switch (words[0]) {
			case "connect" -> connect(name, words[2], Duration.parse(words[3]), Integer.parseInt(words[4]));
			case "close" -> close();
			case "acquire" -> acquire(name);
			case "see-waiting" -> seeWaiting(name);
			case "try" -> granted(name, acquirable(name).tryAcquire().orElse(null));
			case "release" -> release(name);
			case "held" -> this.held.get(name).handle().isHeld();
			case "count" -> count(name, Path.of(words[2]), Integer.parseInt(words[3]), Duration.parse(words[4]));
			case "end-count" -> endCount();
			case "run-for" -> runFor(name);
			case "leads" -> this.coordinator.election(name).isLeader();
			case "leader" -> this.coordinator.election(name)
				.leader()
				.map((leader) -> leader.member().id() + " " + leader.term().value())
				.orElse(NOTHING);
			case "candidates" -> ids(this.coordinator.election(name).candidates());
			case "join" -> join(name);
			case "members" -> ids(this.coordinator.group(name).members());
			case "partition" -> partition(name);
			case "mine" -> join(this.coordinator.partition(name).mine());
			case "await-barrier" ->
				passed(this.coordinator.barrier(name, Integer.parseInt(words[2])).await(Duration.parse(words[3])));
			case "count-down" -> countDown(name, Integer.parseInt(words[2]));
			case "missing" -> this.coordinator.latch(name, Integer.parseInt(words[2])).remaining();
			case "await-latch" ->
				passed(this.coordinator.latch(name, Integer.parseInt(words[2])).await(Duration.parse(words[3])));
			default -> throw new IllegalArgumentException("unknown order: " + words[0]);
		};
	}

	private String connect(String url, String namespace, Duration ttl, int slots) {
		this.coordinator = Coordinator.connect(CoordinatorOptions.of(url)
			.withNamespace(namespace)
			.withTtl(ttl)
			.withSlots(slots)
			.withConnectTimeout(ttl.multipliedBy(10)));
		this.beliefs = new Beliefs();
		return this.coordinator.memberId();
	}

	private String close() throws InterruptedException {
		endCount();
		if (this.coordinator != null) {
			this.beliefs.end();
			this.coordinator.close();
		}
		this.coordinator = null;
		this.held.clear();
		return OK;
	}

	private Acquirable acquirable(String name) {
		String[] parts = name.split("/");
		return switch (parts[0]) {
			case "lock" -> this.coordinator.lock(parts[1]);
			case "write" -> this.coordinator.readWriteLock(parts[1]).writeLock();
			case "read" -> this.coordinator.readWriteLock(parts[1]).readLock();
			case "permit" -> this.coordinator.semaphore(parts[1], Integer.parseInt(parts[2]));
			default -> throw new IllegalArgumentException("cannot be acquired: " + name);
		};
	}

	private String acquire(String name) throws InterruptedException {
		this.acquiring.put(name, Thread.currentThread());
		try {
			return granted(name, acquirable(name).acquire());
		}
		finally {
			this.acquiring.remove(name);
		}
	}

	/** Wait until a thread waits for it in the store's queue, or has it. */
	private String seeWaiting(String name) {
		while (!this.held.containsKey(name) && !isQueued(this.acquiring.get(name))) {
			LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
		}
		return OK;
	}

	private static boolean isQueued(Thread thread) {
		Object blocker = (thread != null) ? LockSupport.getBlocker(thread) : null;
		return blocker != null && blocker.getClass().getSimpleName().equals("Inbox");
	}

	private String granted(String name, LockHandle handle) {
		if (handle == null) {
			return NOTHING;
		}
		long now = System.nanoTime();
		long token = handle.fencingToken().value();
		this.held.put(name, new Held(handle, token));
		if (Beliefs.isExclusive(name)) {
			Beliefs.began(name, token, now);
		}
		return token + " " + now;
	}

	private boolean release(String name) {
		Held released = this.held.remove(name);
		long now = System.nanoTime();
		if (Beliefs.isExclusive(name) && released.handle().isHeld()) {
			Beliefs.ended(name, released.token(), now);
		}
		return released.handle().release();
	}

	private String count(String name, Path file, int threads, Duration pause) {
		for (int i = 0; i < threads; i++) {
			CountingThread thread = new CountingThread(name, acquirable(name), file, pause);
			this.counting.add(thread);
			thread.start();
		}
		return OK;
	}

	private String endCount() throws InterruptedException {
		this.counting.forEach(CountingThread::end);
		for (CountingThread thread : this.counting) {
			thread.join();
		}
		this.counting.clear();
		return OK;
	}

	private String runFor(String name) {
		Election election = this.coordinator.election(name);
		election.join();
		this.beliefs.watch("election/" + name, () -> election.isLeader() ? election.term().value() : null);
		return OK;
	}

	private String join(String name) throws InterruptedException {
		Group group = this.coordinator.group(name);
		while (!group.isJoined()) {
			try {
				group.join();
			}
			catch (BackendUnavailableException | IndeterminateResultException ex) {
				// somebody may have been stopped in the middle of it
				System.err.println("not joined: " + ex);
			}
		}
		group.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				say(History.JOINED, name, member.id(), System.nanoTime());
			}

			@Override
			public void onLeft(Member member) {
				say(History.LEFT, name, member.id(), System.nanoTime());
			}

		});
		return OK;
	}

	private String partition(String name) {
		Partitioner partitioner = this.coordinator.partition(name);
		Map<Integer, String> keys = new ConcurrentHashMap<>();
		for (int i = 0; keys.size() < partitioner.slots(); i++) {
			keys.putIfAbsent(partitioner.slotOf("key-" + i), "key-" + i);
		}
		keys.forEach((slot, key) -> this.beliefs.watch("slot/" + name + "/" + slot,
				() -> partitioner.isMine(key) ? partitioner.fencingToken(key).value() : null));
		return OK;
	}

	private String countDown(String name, int count) {
		this.coordinator.latch(name, count).countDown();
		return OK;
	}

	private static String passed(boolean passed) {
		return passed + " " + System.nanoTime();
	}

	private static String ids(List<Member> members) {
		return join(members.stream().map(Member::id).toList());
	}

	private static String join(Iterable<?> values) {
		List<String> texts = new ArrayList<>();
		values.forEach((value) -> texts.add(Objects.toString(value)));
		return texts.isEmpty() ? NOTHING : String.join(",", texts);
	}

	private record Held(LockHandle handle, long token) {
	}

}
