package io.github.coordination.recipe;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Leader;

/**
 * Remembers what an election's listener was told.
 */
final class ElectionLog implements ElectionListener {

	private final List<String> events = new CopyOnWriteArrayList<>();

	/** Filled before the events, by which tests wait. */
	private final List<Long> terms = new CopyOnWriteArrayList<>();

	@Override
	public void onGranted(FencingToken term) {
		this.terms.add(term.value());
		this.events.add("granted");
	}

	@Override
	public void onRevoked(FencingToken term) {
		this.terms.add(term.value());
		this.events.add("revoked");
	}

	@Override
	public void onLeaderChanged(Optional<Leader> leader) {
		this.events.add(leader.map((each) -> each.member().id()).orElse("nobody"));
	}

	/** Everything, leaders by their ids. */
	List<String> events() {
		return List.copyOf(this.events);
	}

	/** Grants and revocations alone. */
	List<String> own() {
		return this.events.stream().filter((event) -> event.endsWith("ed")).toList();
	}

	/** Who led, one after the other. */
	List<String> leaders() {
		return this.events.stream().filter((event) -> !event.endsWith("ed")).toList();
	}

	/** The terms of {@link #own}. */
	List<Long> terms() {
		return List.copyOf(this.terms);
	}

}
