package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.FencingToken;
import io.github.coordination.Guarantees;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.server.RedisSentinels;
import io.github.coordination.server.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica takes over from the master, and lacks what the master confirmed last.
 */
@Tag("redis")
@Tag("cluster")
class RedisSentinelTests {

	private static final Duration TTL = Duration.ofSeconds(30);

	@BeforeAll
	static void loadTheClient() {
		RedisTimes.warmUp(RedisServer.shared());
	}

	@Test
	void failoverIsNoticedWithinARenewalAndTokensGoOn() throws InterruptedException {
		try (RedisSentinels group = RedisSentinels.start();
				Coordinator holder = connect(group);
				Coordinator other = connect(group)) {
			assertThat(holder.guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
			LockHandle kept = holder.lock("replicated").acquire();
			AtomicReference<Long> lost = new AtomicReference<>();
			kept.onLost(() -> lost.set(System.nanoTime()));
			eventually().until(() -> group.replica().run("KEYS", "*").contains("entries:lock:replicated"));
			// the replica hears nothing any more: what is confirmed from here on is lost
			group.replica().process().pause();
			LockHandle forgotten = holder.lock("forgotten").acquire();
			FencingToken before = forgotten.fencingToken();
			group.master().process().kill();
			group.replica().process().resume();

			// a server that changes its role cuts its connections
			eventually().ignoreExceptions()
				.until(() -> group.replica().run("INFO", "replication").contains("role:master"));
			long promoted = System.nanoTime();

			LockHandle next = eventually().ignoreExceptions()
				.until(() -> other.lock("forgotten").acquire(Duration.ofSeconds(1)), (handle) -> true);
			FencingToken after = next.fencingToken();
			assertThat(after).isGreaterThan(before);
			eventually().until(() -> !forgotten.isHeld() && !kept.isHeld());
			eventually().until(() -> lost.get() != null);
			// a renewal, and one that was on its way to the master that is gone
			assertThat(Duration.ofNanos(lost.get() - promoted)).isLessThan(TTL.dividedBy(2));
			eventually().until(() -> holder.state() == SessionState.CONNECTED);
			next.close();
			try (LockHandle again = holder.lock("forgotten").acquire(TTL)) {
				assertThat(again.fencingToken()).isGreaterThan(after);
			}
		}
	}

	private static Coordinator connect(RedisSentinels group) {
		return Coordinator.connect(CoordinatorOptions.of(group.url()).withNamespace("sentinel-tests").withTtl(TTL));
	}

	private static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(90))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20));
	}

}
