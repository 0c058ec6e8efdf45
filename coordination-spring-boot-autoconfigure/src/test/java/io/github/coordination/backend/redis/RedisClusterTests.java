package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.FencingToken;
import io.github.coordination.Guarantees;
import io.github.coordination.LockHandle;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three masters: a namespace lives on one of them, wherever a client connects to.
 */
@Tag("redis")
@Tag("cluster")
class RedisClusterTests {

	private static final List<RedisServer> NODES = new ArrayList<>();

	@BeforeAll
	static void startNodes() {
		for (int i = 0; i < 3; i++) {
			NODES.add(RedisServer.start("--cluster-enabled", "yes", "--cluster-port",
					Integer.toString(FreePorts.take())));
		}
		RedisServer first = NODES.get(0);
		for (int i = 0; i < 3; i++) {
			RedisServer node = NODES.get(i);
			node.run("CLUSTER", "ADDSLOTSRANGE", Integer.toString(i * 5462),
					Integer.toString(Math.min(i * 5462 + 5461, 16383)));
			first.run("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.port()), busPort(node));
		}
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> NODES.stream().allMatch((node) -> node.run("CLUSTER", "INFO").contains("cluster_state:ok")));
	}

	@AfterAll
	static void stopNodes() {
		NODES.forEach(RedisServer::close);
	}

	@Test
	void everyNamespaceWorksWhereverItLives() throws InterruptedException {
		for (int i = 0; i < 6; i++) {
			String namespace = "cluster-" + i;
			try (Coordinator one = connect(0, namespace); Coordinator two = connect(i % 3, namespace)) {
				assertThat(one.guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
				assertThat(one.guarantees().watch()).isEqualTo(Guarantees.WatchKind.PUSH_AND_POLL);
				LockHandle held = one.lock("a").acquire();
				FencingToken token = held.fencingToken();
				assertThat(two.lock("a").tryAcquire()).isEmpty();
				Election election = two.election("e");
				election.join();
				Thread release = new Thread(held::close);
				release.start();
				try (LockHandle next = two.lock("a").acquire(Duration.ofSeconds(10))) {
					assertThat(next.fencingToken()).isGreaterThan(token);
				}
				release.join();
				Awaitility.await().atMost(Duration.ofSeconds(30)).until(election::isLeader);
			}
		}
	}

	private static Coordinator connect(int first, String namespace) {
		String hosts = NODES.subList(first, 3)
			.stream()
			.map((node) -> "127.0.0.1:" + node.port())
			.collect(Collectors.joining(","));
		return Coordinator.connect(CoordinatorOptions.of("redis-cluster://" + hosts)
			.withNamespace(namespace)
			.withTtl(Duration.ofSeconds(15)));
	}

	private static String busPort(RedisServer node) {
		String answer = node.run("CONFIG", "GET", "cluster-port");
		String[] lines = answer.split("\r\n");
		return lines[lines.length - 1];
	}

}
