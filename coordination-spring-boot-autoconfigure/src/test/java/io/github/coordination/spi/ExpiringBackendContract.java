package io.github.coordination.spi;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.SessionLostException;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every backend must do whose sessions end when the store does not hear of them.
 */
public abstract class ExpiringBackendContract extends BackendContract {

	/**
	 * Return the ttl of the sessions that are to expire, short but well above the pauses
	 * of the machine.
	 * @return the ttl
	 */
	protected Duration shortTtl() {
		return Duration.ofSeconds(2);
	}

	@Test
	void storeIsKnownToUseTimeouts() {
		assertThat(backend().guarantees().characteristics()).doesNotContain(Characteristic.NON_TIMEOUT_BASED);
		assertThat(newSession().grant().safeTtl()).isNotNull();
	}

	@Test
	void silentSessionExpiresThoughNobodyTouchesItsNames() {
		BackendSession session = newSession(newBackend(), shortTtl());
		Directory queue = queue("q");
		RecordingListener listener = new RecordingListener();
		Entry entry = enqueue(session, queue).entry();
		session.create(directory("d").entry("a"), bytes("v"));
		Watch watch = backend().watch(queue, listener);

		eventually().atMost(noticeBound()).until(() -> listener.covers(0, Change.removed(entry.id())));

		eventually().atMost(noticeBound()).until(() -> backend().list(queue).isEmpty());
		eventually().atMost(noticeBound()).until(() -> backend().list(directory("d")).isEmpty());
		assertRefused(session);
		watch.close();
	}

	@Test
	void nobodyIsGrantedWhatASessionMayBelieveToHold() {
		CoordinationBackend other = newBackend();
		BackendSession waiting = newSession(other);
		Directory queue = queue("q");
		long sent = Clock.SYSTEM.nanoTime();
		BackendSession session = newSession(backend(), shortTtl());
		enqueue(session, queue);

		eventually().atMost(noticeBound())
			.until(() -> waiting.enqueue(queue, attempt(waiting), "x", bytes("v"), 0).isPresent());

		assertThat(Duration.ofNanos(Clock.SYSTEM.nanoTime() - sent)).isGreaterThan(session.grant().safeTtl());
		assertRefused(session);
	}

	@Test
	void renewedSessionLives() {
		BackendSession session = newSession(backend(), shortTtl());
		Entry entry = enqueue(session, queue("q")).entry();
		Duration ttl = session.grant().ttl();
		long start = Clock.SYSTEM.nanoTime();

		eventually().atMost(ttl.multipliedBy(3).plus(noticeBound())).pollInterval(ttl.dividedBy(5)).until(() -> {
			session.renew();
			return Clock.SYSTEM.nanoTime() - start > ttl.multipliedBy(2).toNanos();
		});

		assertThat(backend().list(queue("q"))).extracting(Entry::id).containsExactly(entry.id());
		assertThat(session.delete(entry)).isTrue();
	}

	@Test
	void sessionOfAClosedClientIsLeftToExpire() {
		CoordinationBackend leaving = newBackend();
		long sent = Clock.SYSTEM.nanoTime();
		BackendSession session = newSession(leaving, shortTtl());
		Entry entry = enqueue(session, queue("q")).entry();

		leaving.close();

		eventually().atMost(noticeBound()).until(() -> backend().list(queue("q")).isEmpty());
		assertThat(Duration.ofNanos(Clock.SYSTEM.nanoTime() - sent)).isGreaterThan(session.grant().safeTtl());
		assertThat(backend().get(entry.key())).isEmpty();
	}

	private Duration noticeBound() {
		return shortTtl().multipliedBy(3).plus(backend().guarantees().noticeBound()).plusSeconds(30);
	}

	private static void assertRefused(BackendSession session) {
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::entries);
		session.close();
	}

}
