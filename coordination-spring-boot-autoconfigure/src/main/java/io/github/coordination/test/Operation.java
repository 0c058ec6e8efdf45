package io.github.coordination.test;

import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;

/**
 * What a {@link FaultyBackend} can be told to fail on. Operations that a backend and its
 * sessions have in common count as one.
 */
public enum Operation {

	/** {@link CoordinationBackend#open}. */
	OPEN,

	/** {@link BackendSession#renew}. */
	RENEW,

	/** {@link BackendSession#create} and {@link CoordinationBackend#create}. */
	CREATE,

	/** {@link BackendSession#replace} and {@link CoordinationBackend#replace}. */
	REPLACE,

	/** {@link BackendSession#enqueue}. */
	ENQUEUE,

	/** {@link BackendSession#delete} and {@link CoordinationBackend#delete}. */
	DELETE,

	/** {@link BackendSession#entries}. */
	ENTRIES,

	/** {@link CoordinationBackend#get}. */
	GET,

	/** {@link CoordinationBackend#list}. */
	LIST,

	/** {@link CoordinationBackend#watch}. */
	WATCH

}
