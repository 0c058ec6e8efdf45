package io.github.coordination.backend.file;

import java.io.File;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.ClientSource;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Several processes, and several class loaders of one.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FileProcessTests {

	private static final String NAMESPACE = "App";

	private static final Directory QUEUE = new Directory(NAMESPACE, "lock", "orders");

	@TempDir
	Path temporary;

	private final TestEnvironment environment = new TestEnvironment();

	private String url;

	private CoordinationBackend backend;

	private BackendSession session;

	@BeforeEach
	void open() {
		this.url = "file:" + this.temporary.resolve("store");
		this.backend = new FileBackendProvider().create(new BackendConfig(BackendUrl.parse(this.url), NAMESPACE,
				Duration.ofSeconds(15), Duration.ofMillis(1500), this.environment.environment(), ClientSource.of()));
		this.session = this.backend.open(Duration.ofSeconds(15));
	}

	@AfterEach
	void close() {
		this.session.close();
		this.backend.close();
		this.environment.close();
	}

	@Test
	void killedProcessFreesEverythingWithinASecond() throws Exception {
		try (Child child = Child.start(this.url, NAMESPACE)) {
			assertThat(child.ask("enqueue orders")).startsWith("0 ");
			assertThat(child.ask("enqueue other")).startsWith("0 ");
			Directory other = new Directory(NAMESPACE, "lock", "other");
			AtomicInteger calls = new AtomicInteger();
			this.backend.watch(other, (change) -> calls.incrementAndGet());
			assertThat(enqueue().ahead()).hasSize(1);

			child.kill();

			await().pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(1)).untilAsserted(() -> {
				assertThat(calls).hasPositiveValue();
				assertThat(this.backend.list(QUEUE)).extracting(Entry::sessionId).containsExactly(this.session.id());
				assertThat(this.backend.list(other)).isEmpty();
			});
		}
	}

	@Test
	void stoppedProcessKeepsWhatItHolds() throws Exception {
		try (Child child = Child.start(this.url, NAMESPACE)) {
			child.ask("enqueue orders");

			child.signal("STOP");

			await().during(Duration.ofSeconds(1)).until(() -> this.backend.list(QUEUE).size() == 1);
			assertThat(this.session.enqueue(QUEUE, this.session.id() + ".9", "x", new byte[0], 0)).isEmpty();
			child.signal("CONT");
			assertThat(child.ask("delete orders")).isEqualTo("true");
			assertThat(this.backend.list(QUEUE)).isEmpty();
		}
	}

	@Test
	void processThatIsStoppedWhileItWritesBlocksNobodyForEver() throws Exception {
		try (Child child = Child.start(this.url, NAMESPACE)) {
			Entry own = enqueue().entry();
			assertThat(child.ask("enter orders")).isEqualTo("entered");
			child.signal("STOP");

			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.backend.list(QUEUE));
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.session.delete(own));
			assertThat(this.session.renew()).isNotNull();

			child.kill();
			assertThat(this.backend.list(QUEUE)).extracting(Entry::id).containsExactly(own.id());
			assertThat(this.session.delete(own)).isTrue();
		}
	}

	@Test
	void processesKilledWhileTheyWriteHarmNothing() throws Exception {
		long last = 0;
		for (int i = 0; i < 4; i++) {
			try (Child child = Child.start(this.url, NAMESPACE)) {
				child.ask("create orders persistent" + i);
				child.ask("write orders");
				long before = last;
				await().until(() -> enqueueAndDelete() > before);
				child.kill();
			}
			int created = i + 1;
			await().atMost(Duration.ofSeconds(1)).until(() -> this.backend.list(QUEUE).size() == created);
			long token = enqueueAndDelete();
			assertThat(token).isGreaterThan(last);
			last = token;
		}
	}

	@Test
	void sessionIsSeenToLiveHoweverOftenItIsRenewed() throws Exception {
		Entry own = enqueue().entry();
		for (int i = 0; i < 20; i++) {
			this.session.renew();
		}
		try (Child child = Child.start(this.url, NAMESPACE)) {
			assertThat(child.ask("list orders")).isEqualTo(own.id());
			assertThat(child.ask("enqueue orders")).startsWith("1 ");
			this.session.renew();
			await().during(Duration.ofMillis(600)).until(() -> child.ask("list orders").split(" ").length == 2);
		}
	}

	@Test
	void waiterOfAnotherProcessIsTold() throws Exception {
		try (Child child = Child.start(this.url, NAMESPACE)) {
			child.ask("enqueue orders");
			AtomicInteger calls = new AtomicInteger();
			this.backend.watch(QUEUE, (change) -> calls.incrementAndGet());

			child.ask("delete orders");

			await().untilAtomic(calls, org.hamcrest.Matchers.greaterThan(0));
		}
	}

	@Test
	void fullDiskIsAnErrorAndLeavesTheOldState() throws Exception {
		try (Child child = Child.startWithFileLimit(64, this.url, NAMESPACE)) {
			String[] answer = child.ask("fill orders").split(" ");

			int written = Integer.parseInt(answer[0]);
			assertThat(written).isGreaterThan(10);
			assertThat(answer[1]).isEqualTo("BackendUnavailableException");
			assertThat(Integer.parseInt(answer[2])).isEqualTo(written);
			assertThat(this.backend.list(QUEUE)).hasSize(written);
			assertThat(child.ask("enqueue small")).startsWith("0 ");
			assertThat(child.ask("delete small")).isEqualTo("true");
		}
		assertThat(this.backend.create(QUEUE.entry("more"), new byte[1000])).isPresent();
	}

	@Test
	void classLoadersOfOneProcessDoNotHarmEachOther() throws Exception {
		Entry own = enqueue().entry();
		try (Child child = Child.start(this.url, NAMESPACE); URLClassLoader loader = newClassLoader()) {
			Function<String, String> second = driver(loader);

			assertThat(second.apply("enqueue orders")).startsWith("1 ");
			assertThat(second.apply("list orders")).startsWith(own.id() + " ");
			assertThat(child.ask("list orders").split(" ")).hasSize(2);
			assertThat(enqueue().ahead()).hasSize(2);
			assertThat(second.apply("delete orders")).isEqualTo("true");
			assertThat(second.apply("stop orders")).isEqualTo("stopped");
			second = null;
			System.gc();
			await().during(Duration.ofMillis(600)).until(() -> child.ask("list orders").split(" ").length == 2);
			assertThat(this.session.delete(own)).isTrue();
		}
	}

	@Test
	void classLoadersOfOneProcessExcludeEachOther() throws Exception {
		try (URLClassLoader loader = newClassLoader()) {
			Function<String, String> second = driver(loader);
			second.apply("write orders");
			long last = 0;
			for (int i = 0; i < 300; i++) {
				long token = enqueueAndDelete();
				assertThat(token).isGreaterThan(last);
				last = token;
			}
			second.apply("stop orders");
		}
		await().until(() -> this.backend.list(QUEUE).isEmpty());
	}

	private io.github.coordination.spi.Placement enqueue() {
		return this.session
			.enqueue(QUEUE, this.session.id() + "." + System.nanoTime(), "x", new byte[0], Integer.MAX_VALUE)
			.orElseThrow();
	}

	private long enqueueAndDelete() {
		Entry entry = enqueue().entry();
		assertThat(this.session.delete(entry)).isTrue();
		return entry.createRevision();
	}

	private static URLClassLoader newClassLoader() {
		List<URL> urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map((path) -> {
			try {
				return new File(path).toURI().toURL();
			}
			catch (java.net.MalformedURLException ex) {
				throw new IllegalArgumentException(ex);
			}
		}).toList();
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	@SuppressWarnings("unchecked")
	private Function<String, String> driver(ClassLoader loader) throws ReflectiveOperationException {
		Class<?> type = loader.loadClass(Driver.class.getName());
		assertThat(type).isNotEqualTo(Driver.class);
		Constructor<?> constructor = type.getConstructor(String.class, String.class);
		return (Function<String, String>) constructor.newInstance(this.url, NAMESPACE);
	}

}
