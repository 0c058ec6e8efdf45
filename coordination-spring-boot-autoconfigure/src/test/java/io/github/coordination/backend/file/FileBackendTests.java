package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.ClientSource;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.backend.file.DocumentCodec.Head;
import io.github.coordination.session.Lease;
import io.github.coordination.session.SessionEngine;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class FileBackendTests {

	private static final String NAMESPACE = "App";

	private static final Directory QUEUE = new Directory(NAMESPACE, "lock", "Orders/1");

	private static final Duration TTL = Duration.ofSeconds(15);

	@TempDir
	Path temporary;

	private final TestEnvironment environment = new TestEnvironment();

	private final List<FileBackend> backends = new ArrayList<>();

	private final AtomicLong clockOffset = new AtomicLong();

	private volatile Runnable onTimestamp = () -> {
	};

	private Path root;

	@BeforeEach
	void nameTheStore() {
		this.root = this.temporary.resolve("store");
	}

	@AfterEach
	void close() {
		this.backends.forEach(FileBackend::close);
		this.environment.close();
	}

	@Test
	void everythingIsReadableByItsUserAlone() throws IOException {
		FileBackend backend = newBackend();
		enqueue(backend.open(TTL));
		backend.create(QUEUE.entry("a"), new byte[3]);

		try (Stream<Path> files = Files.walk(this.root)) {
			List<Path> all = files.toList();
			assertThat(all).hasSizeGreaterThan(6);
			for (Path file : all) {
				assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file)
					.isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
			}
		}
	}

	@Test
	void namesInTheStoreAreTheSameWhereCaseDoesNotCount() throws IOException {
		FileBackend backend = newBackend();
		enqueue(backend.open(TTL));

		assertThat(this.root.resolve("%41pp/lock.%4frders%2f1")).isRegularFile();
	}

	@Test
	void symbolicLinkIsRefused() throws IOException {
		Files.createSymbolicLink(this.root, Files.createDirectory(this.temporary.resolve("elsewhere")));

		assertRefused("symbolic link");
	}

	@Test
	void directoryThatOthersCanEnterIsRefused() throws IOException {
		Files.createDirectory(this.root);
		Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("rwxr-x---"));

		assertRefused("chmod 700");
	}

	@Test
	void namespaceThatOthersCanEnterIsRefused() throws IOException {
		newBackend().list(QUEUE);
		Files.setPosixFilePermissions(this.root.resolve("%41pp"), PosixFilePermissions.fromString("rwxrwxrwx"));

		assertRefused("%41pp");
	}

	@Test
	void parentThatOthersCanWriteIsRefusedUnlessItIsSticky() throws IOException, InterruptedException {
		Path parent = Files.createDirectory(this.temporary.resolve("parent"));
		Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
		this.root = parent.resolve("store");

		assertRefused("sticky");

		assertThat(new ProcessBuilder("chmod", "1777", parent.toString()).start().waitFor()).isZero();
		assertThat(newBackend().list(QUEUE)).isEmpty();
	}

	@Test
	void fileInTheWayIsRefused() throws IOException {
		Files.writeString(this.root, "mine");

		assertRefused("not a directory");
		assertThat(this.root).hasContent("mine");
	}

	@Test
	void newerFormatIsRefusedAtTheStart() throws IOException {
		newBackend().list(QUEUE);
		Path marker = this.root.resolve("%41pp/format");
		Files.writeString(marker, Files.readString(marker).replace(" 1 ", " 2 "));

		assertRefused("version 2");
	}

	@Test
	void foreignMarkerIsRefusedAndKept() throws IOException {
		newBackend().list(QUEUE);
		Path marker = this.root.resolve("%41pp/format");
		Files.writeString(marker, "hello");

		assertRefused("not written by this library");
		assertThat(marker).hasContent("hello");
	}

	@Test
	void foreignFilesAreLeftAlone() throws IOException {
		FileBackend backend = newBackend();
		enqueue(backend.open(TTL));
		Path namespace = backend.store().path();
		List<Path> foreign = List.of(namespace.resolve("README"), namespace.resolve("lock.foreign"),
				namespace.resolve("a.b.c"), namespace.resolve("sessions/notes"), this.root.resolve("file"));
		for (Path file : foreign) {
			Files.writeString(file, "foreign");
		}
		Files.createDirectory(namespace.resolve("lock.directory"));

		FileSession dying = (FileSession) newBackend().open(TTL);
		Entry left = enqueue(dying);
		dying.die();

		await().until(() -> backend.list(QUEUE).stream().map(Entry::id).noneMatch(left.id()::equals));
		await().until(() -> !Files.exists(namespace.resolve("sessions/" + dying.id())));
		assertThat(foreign).allSatisfy((file) -> assertThat(file).hasContent("foreign"));
		assertThat(namespace.resolve("lock.directory")).isDirectory();
	}

	@Test
	void corruptDocumentIsNamedAndLeftAsItIs() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		enqueue(session);
		Path document = backend.store().file(QUEUE);
		Files.writeString(document, "garbage".repeat(500));

		for (FileBackend each : List.of(backend, newBackend())) {
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> each.list(QUEUE))
				.withMessageContaining(document.toString());
		}
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> enqueue(session));
		assertThat(document).hasContent("garbage".repeat(500));
		assertThat(backend.create(new Directory(NAMESPACE, "lock", "other").entry("a"), new byte[0])).isPresent();
		session.close();
		assertThat(document).exists();
	}

	@Test
	void sessionWhoseFileWasRemovedIsLost() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		enqueue(session);

		Files.delete(backend.store().sessions().file(session.id()));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> enqueue(session));
		session.close();
		assertThat(newBackend().list(QUEUE)).isEmpty();
	}

	@Test
	void sessionWhoseFileWasRemovedIsNotBelievedBeforeItsNextRenewal() throws IOException {
		FileBackend backend = newBackend();
		try (SessionEngine engine = SessionEngine.start(backend, Duration.ofMinutes(2), TTL,
				this.environment.environment())) {
			Lease lease = engine.lease();
			assertThat(lease.isLive()).isTrue();

			Files.delete(backend.store().sessions().file(lease.id()));

			await().until(() -> !lease.isLive());
			assertThat(engine.state()).isNotEqualTo(SessionState.CONNECTED);
			assertThat(Jvm.hasSession(lease.id())).isTrue();
		}
	}

	@Test
	void sessionThatIsOverHoldsItsEntriesUntilItIsClosed() throws IOException {
		FileBackend backend = newBackend();
		FileSession session = (FileSession) backend.open(TTL);
		Entry entry = enqueue(session);
		Files.delete(backend.store().sessions().file(session.id()));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);

		assertThat(session.isOver()).isTrue();
		assertThat(newBackend().list(QUEUE)).extracting(Entry::id).containsExactly(entry.id());
		session.close();
		Content left = DocumentReader.peek(backend.store().file(QUEUE));
		assertThat(left).isNotNull();
		assertThat(left.entries()).isEmpty();
		assertThat(Jvm.hasSession(session.id())).isFalse();
	}

	@Test
	void closedBackendLetsGoOfASessionThatIsOver() throws IOException {
		FileBackend backend = newBackend();
		FileSession session = (FileSession) backend.open(TTL);
		enqueue(session);
		Files.delete(backend.store().sessions().file(session.id()));
		await().until(session::isOver);
		backend.open(TTL);

		backend.close();

		assertThat(Jvm.hasSession(session.id())).isFalse();
		assertThat(newBackend().list(QUEUE)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void renewingIsNotConfusedByDocumentsThatAreTidiedAwayMeanwhile(boolean createdAgain) {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		BackendSession other = newBackend().open(TTL);
		List<Directory> queues = List.of(QUEUE, new Directory(NAMESPACE, "lock", "other"));
		List<Entry> entries = new ArrayList<>();
		queues.forEach((queue) -> entries.add(enqueue(session, queue)));
		AtomicBoolean done = new AtomicBoolean();
		// while the first document is touched, after it was seen in place
		atTimestamp(4, () -> {
			entries.forEach((entry) -> assertThat(session.delete(entry)).isTrue());
			FileBackend tidying = newBackend();
			queues.forEach(tidying::list);
			tidying.close();
			queues.forEach((queue) -> assertThat(backend.store().file(queue)).doesNotExist());
			if (createdAgain) {
				// the other one first: the old file is still open here, so the new one is
				// not taken for it
				queues.forEach((queue) -> enqueue(other, queue));
				queues.forEach((queue) -> enqueue(session, queue));
			}
			done.set(true);
		});

		assertThat(session.renew()).isNotNull();

		assertThat(done).isTrue();
		assertThat(session.renew()).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "session", "lock.%4frders%2f1", "locks" })
	void sessionIsLostWhenATempCleanerTakesWhatItStandsOn(String name) throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		enqueue(session);
		Path namespace = backend.store().path();
		Path file = name.equals("session") ? backend.store().sessions().file(session.id()) : namespace.resolve(name);

		Files.delete(file);

		await().untilAsserted(() -> assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew));
		session.close();
		BackendSession next = backend.open(TTL);
		assertThat(next.enqueue(QUEUE, next.id() + ".1", "x", new byte[0], 0)).isPresent();
	}

	@Test
	void removedStoreIsAnotherStore() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		Entry entry = enqueue(session);
		AtomicInteger calls = new AtomicInteger();
		backend.watch(QUEUE, (change) -> calls.incrementAndGet());

		org.springframework.util.FileSystemUtils.deleteRecursively(this.root);

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		await().untilAtomic(calls, org.hamcrest.Matchers.greaterThan(0));
		BackendSession next = backend.open(TTL);
		assertThat(next.grant().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		int known = calls.get();
		Entry later = enqueue(next);
		assertThat(later.createRevision()).isGreaterThan(entry.createRevision());
		await().until(() -> calls.get() > known);
	}

	@Test
	void renewingKeepsFilesYoung() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		enqueue(session);
		List<Path> files = List.of(backend.store().sessions().file(session.id()), backend.store().file(QUEUE),
				StoreDirectory.marker(backend.store().path()), StoreDirectory.locks(backend.store().path()));
		files.forEach((file) -> assertThat(file.toFile().setLastModified(1_000_000)).isTrue());

		session.renew();

		assertThat(files).allSatisfy((file) -> assertThat(file.toFile().lastModified()).isGreaterThan(1_000_000));
	}

	@Test
	void tokensGrowAfterTheDocumentWasTidiedAwayAndTheClockWentBack() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		long token = enqueueAndDelete(session, QUEUE);
		for (int i = 0; i < 600; i++) {
			enqueueAndDelete(session, new Directory(NAMESPACE, "lock", "name" + i));
		}
		assertThat(backend.store().file(QUEUE)).doesNotExist();
		assertThat(documents(backend)).isLessThan(300);

		this.clockOffset.set(-3_600_000);

		assertThat(enqueueAndDelete(session, QUEUE)).isGreaterThan(token);
		assertThat(enqueueAndDelete(newBackend().open(TTL), QUEUE)).isGreaterThan(token + 1);
	}

	@Test
	void tokensGrowThoughSomebodyDiedCreatingTheDocumentAgain() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		long token = enqueueAndDelete(session, QUEUE);
		session.close();
		backend.close();
		FileBackend next = newBackend();
		assertThat(next.store().file(QUEUE)).doesNotExist();
		next.list(new Directory(NAMESPACE, "lock", "other"));
		StoreDirectory.createFile(next.store().file(QUEUE));

		this.clockOffset.set(-3_600_000);

		assertThat(enqueueAndDelete(next.open(TTL), QUEUE)).isGreaterThan(token);
	}

	@Test
	void deadSessionIsKeptInMindWhileADocumentCannotBeRead() throws IOException {
		FileBackend backend = newBackend();
		FileSession dying = (FileSession) newBackend().open(TTL);
		enqueue(dying);
		enqueue(dying);
		Path broken = backend.store().path().resolve("lock.broken");
		byte[] bytes = Files.readAllBytes(backend.store().file(QUEUE));
		bytes[DocumentCodec.HEAD] ^= 1;
		bytes[Document.SLOT + DocumentCodec.HEAD] ^= 1;
		Files.write(broken, bytes);
		Path file = backend.store().sessions().file(dying.id());
		dying.die();

		backend.store().sweep();

		assertThat(backend.list(QUEUE)).isEmpty();
		assertThat(file).exists();
		Files.delete(broken);
		backend.store().sweep();
		assertThat(file).doesNotExist();
	}

	@Test
	void deadSessionIsSweptFromADocumentWithATornWrite() throws IOException {
		FileBackend backend = newBackend();
		FileBackend dyingBackend = newBackend();
		FileSession dying = (FileSession) dyingBackend.open(TTL);
		enqueue(dying);
		enqueue(dying);
		Path document = backend.store().file(QUEUE);
		byte[] bytes = Files.readAllBytes(document);
		Head first = DocumentCodec.head(bytes, 0);
		Head second = DocumentCodec.head(bytes, Document.SLOT);
		assertThat(first).isNotNull();
		assertThat(second).isNotNull();
		int newest = (first.generation() > second.generation()) ? 0 : Document.SLOT;
		bytes[newest + DocumentCodec.HEAD] ^= 1;
		Files.write(document, bytes);
		dying.die();

		backend.store().sweep();

		Content left = DocumentReader.peek(document);
		assertThat(left).isNotNull();
		assertThat(left.entries()).isEmpty();
		assertThat(backend.store().sessions().file(dying.id())).doesNotExist();
	}

	@Test
	void closedBackendLeavesNoEmptyDocuments() throws IOException {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		for (int i = 0; i < 10; i++) {
			enqueueAndDelete(session, new Directory(NAMESPACE, "lock", "name" + i));
		}
		session.close();

		backend.close();

		assertThat(documents(backend)).isZero();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(QUEUE));
	}

	@Test
	void entriesSurviveThatTheirDocumentIsClosedToOpenOthers() {
		FileBackend backend = newBackend();
		BackendSession session = backend.open(TTL);
		Entry held = enqueue(session);
		backend.create(QUEUE.entry("persistent"), new byte[3]);
		for (int i = 0; i < 600; i++) {
			enqueueAndDelete(session, new Directory(NAMESPACE, "lock", "name" + i));
		}

		assertThat(backend.list(QUEUE)).extracting(Entry::id).containsExactly(held.id(), "persistent");
		assertThat(session.renew()).isNotNull();
	}

	@Test
	void persistentEntriesAreFoundThoughTheDocumentOfBoundOnesWasLost() throws IOException {
		FileBackend backend = newBackend();
		backend.create(QUEUE.entry("persistent"), new byte[3]);
		Files.delete(backend.store().file(QUEUE));

		assertThat(newBackend().list(QUEUE)).extracting(Entry::id).containsExactly("persistent");
		assertThat(newBackend().create(QUEUE.entry("persistent"), new byte[3])).isEmpty();
	}

	@Test
	void remoteFileSystemsAreKnown() {
		assertThat(Stream.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "fuse.ceph",
				"fuse.glusterfs", "lustre", "afs", "NFS"))
			.allMatch(StoreDirectory::isRemote);
		assertThat(Stream.of("ext4", "ext2/ext3", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "NTFS", "fuseblk"))
			.noneMatch(StoreDirectory::isRemote);
		assertThat(newBackend().guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
	}

	@Test
	void urlsNameDirectories() {
		assertThat(root("file:/var/x")).isEqualTo(Path.of("/var/x"));
		assertThat(root("file:///var/x/../y%20z")).isEqualTo(Path.of("/var/y z"));
		assertThat(root("file:build/x")).isEqualTo(Path.of("build/x").toAbsolutePath());
		assertThat(root("ipc:My.app").toString()).endsWith("/%4dy%2eapp")
			.contains("/coordination-" + System.getProperty("user.name"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:", "file://host/path", "file:/a%00b", "file:/a?x=1", "ipc:", "ipc://a" })
	void faultyUrlsAreRefused(String url) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> root(url));
	}

	@Test
	void directoryOfAnotherNamespaceIsMisuse() {
		FileBackend backend = newBackend();

		org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
			.isThrownBy(() -> backend.list(new Directory("other", "lock", "a")));
	}

	private void assertRefused(String problem) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> newBackend().open(TTL))
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.url"));
	}

	private FileBackend newBackend() {
		FileBackend backend = newBackend("file:" + this.root);
		this.backends.add(backend);
		return backend;
	}

	private FileBackend newBackend(String url) {
		Environment real = this.environment.environment();
		Clock clock = new Clock() {

			@Override
			public long nanoTime() {
				return real.clock().nanoTime();
			}

			@Override
			public long currentTimeMillis() {
				FileBackendTests.this.onTimestamp.run();
				return real.clock().currentTimeMillis() + FileBackendTests.this.clockOffset.get();
			}

		};
		return (FileBackend) new FileBackendProvider()
			.create(new BackendConfig(BackendUrl.parse(url), NAMESPACE, TTL, Duration.ofMillis(2500),
					new Environment(clock, real.timer(), real.heart(), real.callbacks(), real.random()),
					ClientSource.of()));
	}

	private Path root(String url) {
		return newBackend(url).store().path().getParent();
	}

	/** Do something when this thread asks for the wall clock time for the n-th time. */
	private void atTimestamp(int n, Runnable task) {
		Thread caller = Thread.currentThread();
		AtomicInteger left = new AtomicInteger(n);
		this.onTimestamp = () -> {
			if (Thread.currentThread() == caller && left.decrementAndGet() == 0) {
				task.run();
			}
		};
	}

	private static Entry enqueue(BackendSession session) {
		return enqueue(session, QUEUE);
	}

	private static Entry enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, session.id() + "." + System.nanoTime(), "x", new byte[0], 99)
			.orElseThrow()
			.entry();
	}

	private static long enqueueAndDelete(BackendSession session, Directory queue) {
		Entry entry = session.enqueue(queue, session.id() + "." + System.nanoTime(), "x", new byte[0], 99)
			.orElseThrow()
			.entry();
		assertThat(session.delete(entry)).isTrue();
		return entry.createRevision();
	}

	private static int documents(FileBackend backend) throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(backend.store().path(), "lock.*")) {
			AtomicInteger count = new AtomicInteger();
			files.forEach((file) -> count.incrementAndGet());
			return count.get();
		}
	}

}
