package io.github.coordination;

import java.util.Map;

/**
 * A member of a group or a candidate of an election.
 *
 * @param id the member's id, unique in its group
 * @param metadata what the member says of itself
 * @param incarnation grows each time the member joins anew, so that a member that left
 * and came back is told from one that stayed
 */
public record Member(String id, Map<String, String> metadata, long incarnation) {

	public Member {
		metadata = Map.copyOf(metadata);
	}

}
