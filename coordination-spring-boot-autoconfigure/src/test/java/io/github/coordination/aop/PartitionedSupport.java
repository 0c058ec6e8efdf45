package io.github.coordination.aop;

import java.util.List;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.Member;
import io.github.coordination.Partitioner;
import io.github.coordination.annotation.Partitioned;

/**
 * What tests of {@link Partitioned} have in common: contexts that share 16 slots of the
 * group {@code workers}.
 */
abstract class PartitionedSupport extends AnnotationSupport {

	final ApplicationContextRunner partitioned = this.runner.withPropertyValues("coordination.slots=16");

	static List<String> keys() {
		return IntStream.range(0, 64).mapToObj((i) -> "key-" + i).toList();
	}

	static List<Integer> slots() {
		return IntStream.range(0, 16).boxed().toList();
	}

	static Partitioner partitioner(ApplicationContext context) {
		return context.getBean(Coordinator.class).partition("workers");
	}

	static List<Member> members(ApplicationContext context) {
		return context.getBean(Coordinator.class).group("workers").members();
	}

	/** Wait until a process owns slots, and its calls know it. */
	static void awaitSlots(ApplicationContext context, int number) {
		Awaitility.await().until(() -> partitioner(context).mine().size() == number);
		Asking asking = context.getBean(Asking.class);
		Awaitility.await()
			.until(() -> keys().stream()
				.filter((key) -> partitioner(context).isMine(key))
				.allMatch((key) -> asking.runs(key) != null));
	}

	static void awaitShared(ApplicationContext first, ApplicationContext second) {
		Awaitility.await().until(() -> {
			int here = partitioner(first).mine().size();
			int there = partitioner(second).mine().size();
			return here > 0 && there > 0 && here + there == 16;
		});
		awaitSlots(first, partitioner(first).mine().size());
		awaitSlots(second, partitioner(second).mine().size());
	}

	/**
	 * A bean that tells whether calls for a key run.
	 */
	interface Asking {

		@Nullable Boolean runs(String key);

	}

}
