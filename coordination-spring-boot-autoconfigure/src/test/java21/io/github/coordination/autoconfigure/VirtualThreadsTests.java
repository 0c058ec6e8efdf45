package io.github.coordination.autoconfigure;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.event.LeaderGrantedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners run on virtual threads where the application wants that. Compiled, and so
 * run, only by JDKs that have them.
 */
@Timeout(60)
class VirtualThreadsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID(), "coordination.elections=e")
		.withBean(Listener.class);

	@Test
	void listenersRunOnVirtualThreadsWhereTheyAreEnabled() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			Thread thread = context.getBean(Listener.class).thread.join();
			assertThat(thread.isVirtual()).isTrue();
			assertThat(thread.getName()).startsWith("coordination-callback-");
		});
	}

	@Test
	void listenersRunOnPlatformThreadsOtherwise() {
		this.runner
			.run((context) -> assertThat(context.getBean(Listener.class).thread.join().isVirtual()).isFalse());
	}

	@Test
	void virtualThreadsTakeLocksInTurn() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			int[] count = new int[1];
			Thread[] threads = new Thread[1_000];
			for (int i = 0; i < threads.length; i++) {
				threads[i] = Thread.ofVirtual().start(() -> {
					coordinator.lock("counter").asLock().lock();
					count[0]++;
					coordinator.lock("counter").asLock().unlock();
				});
			}
			for (Thread thread : threads) {
				thread.join();
			}
			assertThat(count[0]).isEqualTo(threads.length);
		});
	}

	/**
	 * Tells on which thread it was called.
	 */
	static class Listener {

		private final CompletableFuture<Thread> thread = new CompletableFuture<>();

		@EventListener
		void on(LeaderGrantedEvent event) {
			this.thread.complete(Thread.currentThread());
		}

	}

}
