package io.github.coordination.test.assertj;

import org.assertj.core.api.AbstractAssert;

import io.github.coordination.Coordinator;
import io.github.coordination.SessionState;

/**
 * Assertions about a {@link Coordinator}.
 */
public final class CoordinatorAssert extends AbstractAssert<CoordinatorAssert, Coordinator> {

	CoordinatorAssert(Coordinator actual) {
		super(actual, CoordinatorAssert.class);
	}

	/**
	 * Verify how it stands with its store.
	 * @param state the state
	 * @return this
	 */
	public CoordinatorAssert hasState(SessionState state) {
		isNotNull();
		SessionState found = this.actual.state();
		if (found != state) {
			failWithMessage("Expecting the session of '%s' to be %s, but it is %s", this.actual.memberId(), state,
					found);
		}
		return this;
	}

}
