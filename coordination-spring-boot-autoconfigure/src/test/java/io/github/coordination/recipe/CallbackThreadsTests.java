package io.github.coordination.recipe;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners run on threads of the application's choice.
 */
@Timeout(60)
class CallbackThreadsTests {

	private final CoordinatorOptions options = CoordinatorOptions.of("local:" + UUID.randomUUID());

	@Test
	void listenersRunOnTheThreadsThatWereGiven() {
		assertThat(threadOfListener(this.options.withCallbackThreads((task) -> new Thread(task, "own"))))
			.isEqualTo("own");
	}

	@Test
	void listenersRunOnThreadsOfTheCoordinatorOtherwise() {
		assertThat(threadOfListener(this.options)).startsWith("coordination-callback-");
	}

	@Test
	void otherOptionsKeepTheThreads() {
		CoordinatorOptions own = this.options.withCallbackThreads(Thread::new);

		assertThat(own.withNamespace("n")
			.withMemberId("m")
			.withTtl(own.ttl())
			.withConnectTimeout(own.connectTimeout())
			.withRevocationTimeout(own.revocationTimeout())
			.withSlots(8)
			.withClients(own.clients())
			.callbackThreads()).isSameAs(own.callbackThreads());
	}

	private static String threadOfListener(CoordinatorOptions options) {
		CompletableFuture<String> name = new CompletableFuture<>();
		try (Coordinator coordinator = Coordinator.connect(options)) {
			Election election = coordinator.election("e");
			election.onChange(new ElectionListener() {

				@Override
				public void onGranted(FencingToken term) {
					name.complete(Thread.currentThread().getName());
				}

			});
			election.join();
			return name.join();
		}
	}

}
