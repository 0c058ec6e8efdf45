package io.github.coordination.backend;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.github.coordination.ClientSource;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends of a namespace that no other test uses, closed after the test.
 */
public abstract class BackendFixture implements AutoCloseable {

	private final TestEnvironment environment = new TestEnvironment();

	private final String namespace = "test-" + this.environment.environment().newId();

	private final List<CoordinationBackend> backends = new CopyOnWriteArrayList<>();

	private final AtomicLong attempts = new AtomicLong();

	private final BackendProvider provider;

	protected BackendFixture(BackendProvider provider) {
		this.provider = provider;
	}

	/** A backend with a call timeout of a sixth of the ttl. */
	protected final CoordinationBackend create(String url, Duration ttl) {
		return create(url, this.namespace, ttl, ttl.dividedBy(6), environment(), ClientSource.of());
	}

	protected final CoordinationBackend create(String url, String namespace, Duration ttl, Duration callTimeout,
			Environment environment, ClientSource clients) {
		CoordinationBackend backend = this.provider
			.create(new BackendConfig(BackendUrl.parse(url), namespace, ttl, callTimeout, environment, clients));
		this.backends.add(backend);
		return backend;
	}

	public final Environment environment() {
		return this.environment.environment();
	}

	public final String namespace() {
		return this.namespace;
	}

	public final Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	public final Directory directory(String name) {
		return new Directory(this.namespace, "group", name);
	}

	public final String attempt(BackendSession session) {
		return session.id() + "." + this.attempts.incrementAndGet();
	}

	/** Append an entry, wherever it comes. */
	public final Placement enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, attempt(session), "x", bytes("v"), Integer.MAX_VALUE).orElseThrow();
	}

	public static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	public static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5));
	}

	@Override
	public final void close() {
		this.backends.forEach(CoordinationBackend::close);
		this.environment.close();
	}

}
