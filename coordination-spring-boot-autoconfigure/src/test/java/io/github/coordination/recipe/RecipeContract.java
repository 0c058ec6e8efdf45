package io.github.coordination.recipe;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.Coordinator;

/**
 * A contract of one recipe: a store that is opened before each test and closed after it.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class RecipeContract {

	private CoordinatorFixture fixture;

	/**
	 * Return a fixture for one test.
	 * @return a new fixture
	 */
	protected abstract CoordinatorFixture newFixture();

	@BeforeEach
	final void openFixture() {
		this.fixture = newFixture();
	}

	@AfterEach
	final void closeFixture() {
		this.fixture.close();
	}

	/**
	 * Return the fixture of the test that is running.
	 * @return the fixture
	 */
	public final CoordinatorFixture fixture() {
		return this.fixture;
	}

	/**
	 * Return a coordinator that is closed after the test.
	 * @return a new coordinator
	 */
	public final Coordinator newCoordinator() {
		return this.fixture.newCoordinator();
	}

}
