package io.github.coordination.backend.file;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

class FileRecipesTests extends RecipesContract {

	@TempDir
	static Path temporary;

	@Override
	protected CoordinatorFixture newFixture() {
		return new FileCoordinatorFixture(temporary);
	}

}
