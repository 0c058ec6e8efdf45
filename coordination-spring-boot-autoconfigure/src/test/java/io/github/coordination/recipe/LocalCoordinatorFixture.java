package io.github.coordination.recipe;

import java.time.Duration;
import java.util.UUID;

/**
 * A store within this process, one for each fixture.
 */
final class LocalCoordinatorFixture extends CoordinatorFixture {

	private final String url;

	private final Duration ttl;

	private LocalCoordinatorFixture(String options, Duration ttl) {
		this.url = "local:" + UUID.randomUUID() + options;
		this.ttl = ttl;
	}

	/** Sessions live as long as the process, so that nothing depends on their ttl. */
	static LocalCoordinatorFixture lasting() {
		return new LocalCoordinatorFixture("", Duration.ofMillis(300));
	}

	/** Sessions end when they are not renewed, as on a server. */
	static LocalCoordinatorFixture expiring() {
		return new LocalCoordinatorFixture("?expire=true", Duration.ofSeconds(3));
	}

	@Override
	protected String url() {
		return this.url;
	}

	@Override
	public Duration ttl() {
		return this.ttl;
	}

}
