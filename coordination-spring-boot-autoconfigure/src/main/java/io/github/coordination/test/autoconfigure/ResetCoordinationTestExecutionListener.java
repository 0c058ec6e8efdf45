package io.github.coordination.test.autoconfigure;

import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

import io.github.coordination.test.memory.TestCoordination;

/**
 * Resets the coordination of a test's context after each test method.
 */
final class ResetCoordinationTestExecutionListener extends AbstractTestExecutionListener {

	/**
	 * After methods it comes before those with a lower order, such as the one that closes
	 * dirty contexts.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 100;
	}

	@Override
	public void afterTestMethod(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			testContext.getApplicationContext()
				.getBeanProvider(TestCoordination.class)
				.ifAvailable(TestCoordination::reset);
		}
	}

}
