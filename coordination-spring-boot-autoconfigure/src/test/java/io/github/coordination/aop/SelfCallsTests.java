package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SelfCalls}, and for the warning about them.
 */
@ExtendWith(OutputCaptureExtension.class)
class SelfCallsTests extends AnnotationSupport {

	@Test
	void callsOfTheObjectToItselfAreFound() {
		assertThat(callers(Caller.class, "run")).containsExactlyInAnyOrder("direct", "withChoice", "afterWork",
				"inLambda", "byReference", "inLoop", "inHandler", "inSwitch");
	}

	@Test
	void callsOfASuperclassAreFound() {
		assertThat(callers(Sub.class, "call")).containsExactly("template");
	}

	@Test
	void bridgeIsNotACaller() {
		assertThat(callers(Typed.class, "get")).isEmpty();
	}

	@Test
	void selfCallIsReportedAtStart(CapturedOutput output) {
		this.runner.withBean(Orders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output)
				.contains("@DistributedLock on " + Orders.class.getName() + ".ship has no effect where shipAll");
			assertThat(output).doesNotContain("where shipTwice").doesNotContain("where shipLater");
		});
	}

	private static List<String> callers(Class<?> type, String callee) {
		Set<Method> methods = Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> method.getName().equals(callee) && !method.isBridge())
			.collect(Collectors.toSet());
		return SelfCalls.find(type, methods).stream().map(SelfCalls.Call::callerName).toList();
	}

	static class Caller {

		private final @Nullable Caller other;

		private final Caller[] others = {};

		Caller(@Nullable Caller other) {
			this.other = other;
		}

		String run(long number, String text) {
			return text + number;
		}

		String direct() {
			return run(1, "");
		}

		String withChoice(boolean choice) {
			return run(choice ? 1L : 2L, choice ? "a" : "b");
		}

		String afterWork(double factor) {
			double product = factor * 2;
			return this.run((long) product, String.valueOf(new StringBuilder().append(product)));
		}

		Supplier<String> inLambda(long number) {
			return () -> run(number, "");
		}

		Caller2 byReference() {
			return this::run;
		}

		void inLoop(List<String> texts) {
			for (String text : texts) {
				run(texts.size(), text);
			}
		}

		String inHandler(String number) {
			try {
				return number + Long.parseLong(number);
			}
			catch (NumberFormatException ex) {
				return run(0, number);
			}
		}

		String inSwitch(int number) {
			return switch (number) {
				case 1 -> "one";
				case 2 -> run(number, "two");
				default -> "many";
			};
		}

		String throughField() {
			return (this.other != null) ? this.other.run(1, "") : "";
		}

		String throughParameter(Caller caller) {
			return caller.run(1, "");
		}

		String throughResult() {
			return copy().run(1, "");
		}

		@Nullable String throughProvider(ObjectProvider<Caller> caller) {
			return caller.getObject().run(1, "");
		}

		String besideAnother(Caller caller) {
			return run(1, "") + caller;
		}

		String throughElement() {
			return this.others[0].run(1, "");
		}

		static String ofStatic(Caller caller) {
			return caller.run(1, "");
		}

		Caller copy() {
			return new Caller(this);
		}

	}

	interface Caller2 {

		String call(long number, String text);

	}

	abstract static class Template {

		void template() {
			call();
		}

		abstract void call();

	}

	static class Sub extends Template {

		@Override
		void call() {
		}

	}

	static class Typed implements Supplier<String> {

		@Override
		public String get() {
			return "";
		}

	}

	static class Orders {

		@DistributedLock("orders")
		public void ship() {
		}

		public void shipAll() {
			ship();
		}

		@DistributedLock("orders")
		public void shipTwice() {
			ship();
			ship();
		}

		@DistributedLock("orders")
		public Runnable shipLater() {
			return () -> ship();
		}

	}

}
