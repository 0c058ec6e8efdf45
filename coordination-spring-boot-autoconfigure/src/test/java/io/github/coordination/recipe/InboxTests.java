package io.github.coordination.recipe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Change;

import static org.assertj.core.api.Assertions.assertThat;

class InboxTests {

	private static final long LONG = Duration.ofMinutes(10).toNanos();

	private static final String OWN = "own.2";

	private final Map<String, String> ahead = new LinkedHashMap<>(Map.of("a.1", "x", "b.1", "x"));

	@Test
	void removalsAreStruckOutWithoutAnotherLook() {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.removed("a.1"));
		inbox.onChange(Change.removed("c.1"));

		assertThat(inbox.strike(this.ahead, OWN)).isFalse();
		assertThat(this.ahead).containsOnlyKeys("b.1");
		inbox.onChange(Change.removed("b.1"));
		assertThat(inbox.strike(this.ahead, OWN)).isFalse();
		assertThat(this.ahead).isEmpty();
	}

	@Test
	void whateverElseIsUnclearNeedsAnotherLook() {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.removed("a.1"));
		inbox.onChange(Change.UNKNOWN);
		inbox.onChange(Change.removed("b.1"));

		assertThat(inbox.strike(this.ahead, OWN)).isTrue();
		assertThat(this.ahead).isEmpty();
		assertThat(inbox.strike(this.ahead, OWN)).isFalse();
	}

	@Test
	void lossOfTheOwnPlaceNeedsAnotherLook() {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.removed(OWN));

		assertThat(inbox.strike(this.ahead, OWN)).isTrue();
		assertThat(this.ahead).hasSize(2);
	}

	@Test
	void lossOfAnotherPlaceAheadOfTheOwnSessionNeedsAnotherLook() {
		this.ahead.put("own.1", "x");
		Inbox inbox = new Inbox();
		inbox.onChange(Change.removed("own.1"));
		inbox.onChange(Change.removed("a.1"));

		assertThat(inbox.strike(this.ahead, OWN)).isTrue();
		assertThat(this.ahead).containsOnlyKeys("b.1");
	}

	/**
	 * If the session had gone, the own place would be reported before what comes later.
	 */
	@Test
	void whatTheOwnSessionGaveBackEarlierIsOfNoConcern() {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.removed("own.1"));
		inbox.onChange(Change.removed("a.1"));

		assertThat(inbox.strike(this.ahead, OWN)).isFalse();
		assertThat(this.ahead).containsOnlyKeys("b.1");
	}

	@Test
	void whatIsWrittenIsOfNoConcern() throws InterruptedException {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.written("a.1"));

		assertThat(inbox.await(1)).isFalse();
		assertThat(inbox.strike(this.ahead, OWN)).isFalse();
		assertThat(this.ahead).hasSize(2);
	}

	@Test
	void changeThatIsThereAlreadyIsNotWaitedFor() throws InterruptedException {
		Inbox inbox = new Inbox();
		inbox.onChange(Change.UNKNOWN);

		assertThat(inbox.await(LONG)).isTrue();
		assertThat(inbox.await(LONG)).isTrue();
	}

	@Test
	void changeWakesItsOwner() {
		AtomicReference<Inbox> inbox = new AtomicReference<>();
		Worker<Boolean> owner = Worker.startWaiting(() -> {
			Inbox own = new Inbox();
			inbox.set(own);
			while (!own.await(LONG)) {
				// woken for nothing
			}
			return own.strike(this.ahead, OWN);
		});

		inbox.get().onChange(Change.removed("a.1"));

		assertThat(owner.result()).isFalse();
		assertThat(this.ahead).containsOnlyKeys("b.1");
	}

	@Test
	void interruptWakesItsOwner() {
		Worker<Boolean> owner = Worker.startWaiting(() -> new Inbox().await(LONG));

		owner.interrupt();

		assertThat(owner.failure()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void interruptIsNoticedThoughThereIsNews() {
		Worker<Boolean> owner = Worker.start(() -> {
			Inbox inbox = new Inbox();
			inbox.onChange(Change.UNKNOWN);
			Thread.currentThread().interrupt();
			return inbox.await(LONG);
		});

		assertThat(owner.failure()).isInstanceOf(InterruptedException.class);
	}

}
