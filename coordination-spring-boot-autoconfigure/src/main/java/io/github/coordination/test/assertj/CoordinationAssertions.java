package io.github.coordination.test.assertj;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.test.memory.TestCoordination;

/**
 * Entry point of the assertions, to be imported beside AssertJ's own.
 *
 * <pre class="code">
 * import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
 * import static org.assertj.core.api.Assertions.assertThat;
 * </pre>
 */
public final class CoordinationAssertions {

	private CoordinationAssertions() {
	}

	/**
	 * Begin assertions about a handle.
	 * @param actual the handle
	 * @return the assertions
	 */
	public static LockHandleAssert assertThat(LockHandle actual) {
		return new LockHandleAssert(actual);
	}

	/**
	 * Begin assertions about an election.
	 * @param actual the election
	 * @return the assertions
	 */
	public static ElectionAssert assertThat(Election actual) {
		return new ElectionAssert(actual);
	}

	/**
	 * Begin assertions about a group.
	 * @param actual the group
	 * @return the assertions
	 */
	public static GroupAssert assertThat(Group actual) {
		return new GroupAssert(actual);
	}

	/**
	 * Begin assertions about a coordinator.
	 * @param actual the coordinator
	 * @return the assertions
	 */
	public static CoordinatorAssert assertThat(Coordinator actual) {
		return new CoordinatorAssert(actual);
	}

	/**
	 * Begin assertions about what the processes of a test hold.
	 * @param actual the coordination of the test
	 * @return the assertions
	 */
	public static TestCoordinationAssert assertThat(TestCoordination actual) {
		return new TestCoordinationAssert(actual);
	}

}
