package io.github.coordination.test.assertj;

import java.util.List;
import java.util.Optional;

import org.assertj.core.api.AbstractAssert;

import io.github.coordination.Election;
import io.github.coordination.Leader;
import io.github.coordination.Member;

/**
 * Assertions about an {@link Election}. All but {@link #isLeading} and
 * {@link #isNotLeading} ask the store.
 */
public final class ElectionAssert extends AbstractAssert<ElectionAssert, Election> {

	ElectionAssert(Election actual) {
		super(actual, ElectionAssert.class);
	}

	/**
	 * Verify that the process this election belongs to leads.
	 * @return this
	 */
	public ElectionAssert isLeading() {
		isNotNull();
		if (!this.actual.isLeader()) {
			failWithMessage("Expecting this process to lead '%s', but the candidates are, the leader first: %s",
					this.actual.name(), candidates());
		}
		return this;
	}

	/**
	 * Verify that the process this election belongs to does not lead.
	 * @return this
	 */
	public ElectionAssert isNotLeading() {
		isNotNull();
		if (this.actual.isLeader()) {
			failWithMessage("Expecting this process not to lead '%s', but it does in term %s", this.actual.name(),
					this.actual.term().value());
		}
		return this;
	}

	/**
	 * Verify who leads.
	 * @param memberId the leader's id
	 * @return this
	 */
	public ElectionAssert isLedBy(String memberId) {
		isNotNull();
		Optional<String> leader = leader();
		if (leader.filter(memberId::equals).isEmpty()) {
			failWithMessage("Expecting '%s' to be led by '%s', but %s", this.actual.name(), memberId,
					leader.map((id) -> "it is led by '" + id + "'").orElse("nobody leads it"));
		}
		return this;
	}

	/**
	 * Verify that nobody leads.
	 * @return this
	 */
	public ElectionAssert hasNoLeader() {
		isNotNull();
		leader().ifPresent((id) -> failWithMessage("Expecting '%s' to have no leader, but it is led by '%s'",
				this.actual.name(), id));
		return this;
	}

	/**
	 * Verify who stands for election, in the order in which they would lead.
	 * @param memberIds the ids of all candidates, the leader first
	 * @return this
	 */
	public ElectionAssert hasCandidates(String... memberIds) {
		isNotNull();
		List<String> candidates = candidates();
		if (!candidates.equals(List.of(memberIds))) {
			failWithMessage("Expecting '%s' to have the candidates%n  %s%nin this order, but they are%n  %s",
					this.actual.name(), List.of(memberIds), candidates);
		}
		return this;
	}

	private Optional<String> leader() {
		return this.actual.leader().map(Leader::member).map(Member::id);
	}

	private List<String> candidates() {
		return this.actual.candidates().stream().map(Member::id).toList();
	}

}
