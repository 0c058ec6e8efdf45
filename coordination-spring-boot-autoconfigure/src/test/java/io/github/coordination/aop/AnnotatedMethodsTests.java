package io.github.coordination.aop;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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

}
