package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.coordination.MisuseException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the keys of {@link DistributedLock} methods.
 */
class LockKeyTests extends AnnotationSupport {

	@Test
	void eachKeyIsALockOfItsOwn() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			holding(context, "order:4711", () -> {
				assertThat(keyed.ship(new Order("4711"))).isNull();
				assertThat(keyed.ship(new Order("4712"))).isTrue();
				assertThat(keyed.shipById(4711)).isNull();
				assertThat(keyed.shipFirst("4711")).isNull();
			});

			assertThat(keyed.ship(new Order("4711"))).isTrue();
		});
	}

	@Test
	void keyMaySpeakOfTheCall() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			holding(context, "order:Keyed.byCall.7", () -> {
				assertThat(keyed.byCall(7)).isNull();
				assertThat(keyed.byCall(8)).isTrue();
			});
		});
	}

	@Test
	void compiledKeyIsTheSame() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			for (int i = 0; i < 1000; i++) {
				assertThat(keyed.ship(new Order("o" + i))).isTrue();
			}

			holding(context, "order:o7", () -> {
				assertThat(keyed.ship(new Order("o7"))).isNull();
			});
		});
	}

	@Test
	void keyThatNamesNothingIsRefused() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> keyed.ship(new Order("")))
				.withMessageContaining("null or empty");
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> keyed.byObject(new Object()))
				.withMessageContaining("java.lang.Object");
		});
	}

	record Order(String id) {
	}

	static class Keyed {

		@DistributedLock(name = "order", key = "#order.id", onBusy = OnBusy.SKIP)
		public @Nullable Boolean ship(Order order) {
			return true;
		}

		@DistributedLock(name = "order", key = "#id", onBusy = OnBusy.SKIP)
		public @Nullable Boolean shipById(long id) {
			return true;
		}

		@DistributedLock(name = "order", key = "#p0", onBusy = OnBusy.SKIP)
		public @Nullable Boolean shipFirst(String id) {
			return true;
		}

		@DistributedLock(name = "order",
				key = "#root.targetClass.simpleName + '.' + #root.methodName + '.' + #root.args[0]",
				onBusy = OnBusy.SKIP)
		public @Nullable Boolean byCall(int number) {
			return true;
		}

		@DistributedLock(name = "order", key = "#object")
		public void byObject(Object object) {
		}

	}

}
