package io.github.coordination.recipe;

import java.util.Map;

import org.assertj.core.util.introspection.PropertyOrFieldSupport;

import io.github.coordination.Coordinator;

/**
 * A look into a coordinator, for what must not pile up there.
 */
final class Inside {

	private Inside() {
	}

	/** What the coordinator has in its session or is about to have. */
	static Map<?, ?> tracked(Coordinator coordinator) {
		return read(coordinator, "context.engine.lease.tracked");
	}

	/** The names that are in use or remembered. */
	static Map<?, ?> queues(Coordinator coordinator) {
		return read(coordinator, "context.queues.queues");
	}

	/** Without a session there is nothing in it. */
	private static Map<?, ?> read(Coordinator coordinator, String path) {
		Object value = PropertyOrFieldSupport.EXTRACTION.getValueOf(path, coordinator);
		return (value != null) ? Map.copyOf((Map<?, ?>) value) : Map.of();
	}

}
