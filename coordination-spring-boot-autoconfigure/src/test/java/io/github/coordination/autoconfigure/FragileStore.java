package io.github.coordination.autoconfigure;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.recipe.RecipeCoordinatorFactory;
import io.github.coordination.session.SystemEnvironment;
import io.github.coordination.test.FaultyBackend;

/**
 * A coordinator over a store that fails on command. It hears of the end of its session
 * within half a second.
 */
public final class FragileStore {

	private final SystemEnvironment environment = new SystemEnvironment(new SecureRandom());

	private final CoordinatorOptions options = CoordinatorOptions.of("local:" + UUID.randomUUID())
		.withTtl(Duration.ofMillis(1500));

	private final FaultyBackend backend = new FaultyBackend(
			RecipeCoordinatorFactory.create(this.options, this.environment.environment()),
			this.environment.environment());

	public Coordinator connect() {
		return RecipeCoordinatorFactory.connect(this.options, this.backend, this.environment.environment(),
				this.environment::close);
	}

	public FaultyBackend backend() {
		return this.backend;
	}

}
