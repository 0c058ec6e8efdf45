package io.github.coordination.aop;

import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the places where {@link DistributedLock} may stand.
 */
class AnnotatedMethodsTests extends AnnotationSupport {

	@Test
	void annotationOfTheClassCoversItsMethods() {
		this.runner.withBean(Guarded.class).run((context) -> {
			holding(context, "guarded", () -> {
				assertThat(context.getBean(Guarded.class).run()).isNull();
				assertThat(context.getBean(Guarded.class)).hasToString("guarded");
			});
		});
	}

	@Test
	void metaAnnotationsAndPlaceholdersWork() {
		this.runner.withPropertyValues("app.lock=nightly").withBean(Jobs.class).run((context) -> {
			holding(context, "job-nightly", () -> {
				assertThat(context.getBean(Jobs.class).run()).isNull();
			});
			assertThat(context.getBean(Jobs.class).run()).isTrue();
		});
	}

	@Test
	void annotationOfAnInterfaceIsSeenThroughAJdkProxy() {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("task", Task.class, TaskImplementation::new)
			.run((context) -> {
				Task task = context.getBean(Task.class);
				holding(context, "task", () -> {
					assertThat(task.run()).isNull();
				});
				assertThat(task.run()).isTrue();
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void methodOfASuperclassMayKeepThePromiseOfAnInterface(boolean proxyTargetClass) {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
			.withBean("task", GenericTask.class, GenericTaskImplementation::new)
			.run((context) -> {
				@SuppressWarnings("unchecked")
				GenericTask<String> task = context.getBean(GenericTask.class);
				holding(context, "generic", () -> {
					assertThat(task.run("a")).isNull();
					if (task instanceof Runner runner) {
						assertThat(runner.run("a")).isNull();
					}
				});
				assertThat(task.run("a")).isTrue();
			});
	}

	@Test
	void interfaceThatAProxyAddsIsLookedAt() {
		ProxyFactory factory = new ProxyFactory(new Runner());
		factory.setProxyTargetClass(true);
		factory.addInterface(Task.class);
		assertThat(methods().isAnnotated(factory.getProxyClass(getClass().getClassLoader()))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { Guarded.class, Jobs.class, Task.class, TaskImplementation.class, NarrowTask.class,
			NarrowTaskImplementation.class, LateTaskImplementation.class, Overriding.class, UnderClass.class,
			Twice.class, ComposedTwice.class, ComposedOfComposed.class, TwiceComposed.class, ClassTwiceComposed.class,
			GenericTaskImplementation.class })
	void annotationIsFoundWhereverItStands(Class<?> annotated) {
		assertThat(methods().isAnnotated(annotated)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(classes = { Object.class, Runnable.class, Unguarded.class, AnnotatedMethodsTests.class })
	void otherAnnotationsAreNone(Class<?> plain) {
		assertThat(methods().isAnnotated(plain)).isFalse();
	}

	private static AnnotatedMethods<DistributedLock, List<DistributedLock>> methods() {
		return new AnnotatedMethods<>(DistributedLock.class, new MockEnvironment().withProperty("app.lock", "a"),
				(annotations, method, site) -> annotations);
	}

	@DistributedLock(name = "guarded", onBusy = OnBusy.SKIP)
	static class Guarded {

		public @Nullable Boolean run() {
			return true;
		}

		@Override
		public String toString() {
			return "guarded";
		}

	}

	@DistributedLock(name = "job-${app.lock}", onBusy = OnBusy.SKIP)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Nightly {

	}

	static class Jobs {

		@Nightly
		@Nullable Boolean run() {
			return true;
		}

	}

	interface Task {

		@DistributedLock(name = "task", onBusy = OnBusy.SKIP)
		@Nullable Boolean run();

	}

	static class TaskImplementation implements Task {

		@Override
		public @Nullable Boolean run() {
			return true;
		}

	}

	interface NarrowTask extends Task {

	}

	static class NarrowTaskImplementation implements NarrowTask {

		@Override
		public @Nullable Boolean run() {
			return true;
		}

	}

	static class LateTaskImplementation extends Unguarded implements Task {

	}

	static class Overriding extends Jobs {

		@Override
		@Nullable Boolean run() {
			return false;
		}

	}

	static class UnderClass extends Guarded {

	}

	static class Twice {

		@DistributedLock(name = "a")
		@DistributedLock(name = "b")
		void run() {
		}

	}

	@DistributedLock(name = "a")
	@DistributedLock(name = "b")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Both {

	}

	static class ComposedTwice {

		@Both
		void run() {
		}

	}

	@Nightly
	@Retention(RetentionPolicy.RUNTIME)
	@interface Weekly {

	}

	static class ComposedOfComposed {

		@Weekly
		void run() {
		}

	}

	@DistributedLock(name = "${app.lock}")
	@Retention(RetentionPolicy.RUNTIME)
	@Repeatable(Often.Several.class)
	@interface Often {

		@Retention(RetentionPolicy.RUNTIME)
		@interface Several {

			Often[] value();

		}

	}

	static class TwiceComposed {

		@Often
		@Often
		void run() {
		}

	}

	@Often
	@Often
	static class ClassTwiceComposed {

		void run() {
		}

	}

	interface GenericTask<T> {

		@DistributedLock(name = "generic", onBusy = OnBusy.SKIP)
		@Nullable Boolean run(T input);

	}

	static class Runner {

		public @Nullable Boolean run(String input) {
			return true;
		}

	}

	static class GenericTaskImplementation extends Runner implements GenericTask<String> {

	}

	@Service
	static class Unguarded {

		@Deprecated
		@Async
		public @Nullable Boolean run() {
			return true;
		}

	}

}
