package io.github.coordination.backend.jdbc;

import io.github.coordination.backend.jdbc.JdbcBackendContract.Source;
import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.spi.BackendSession;

/**
 * A database that all fixtures share.
 */
final class JdbcCoordinatorFixture extends CoordinatorFixture {

	private final String url;

	private final Source source;

	JdbcCoordinatorFixture(String url, Source source) {
		this.url = url;
		this.source = source;
	}

	@Override
	protected String url() {
		return this.url + (this.url.contains("?") ? "&" : "?") + "initialize-schema=always";
	}

	@Override
	protected void kill(BackendSession session) {
		JdbcBackendContract.expire(this.source, session);
	}

	@Override
	public int cycles() {
		return 1000;
	}

}
