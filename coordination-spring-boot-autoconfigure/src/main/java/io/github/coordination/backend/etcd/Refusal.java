package io.github.coordination.backend.etcd;

import io.grpc.Status;

/**
 * Why it is certain that etcd has not done what it was asked. Its errors come as gRPC
 * codes that say too little, and as texts that are always the same.
 */
enum Refusal {

	/** It is not: it may have been done. */
	NONE,

	/** It was sent to nobody. */
	NOT_SENT,

	/** The lease is gone. */
	LEASE,

	/** The server does not know who we are, any longer. */
	TOKEN,

	/** The server is cut off from the others. */
	SERVER,

	/** The request cannot be done. */
	REQUEST;

	/** Whether the server is to blame, so that another is better asked from now on. */
	boolean isOfServer(Status status) {
		return this == NOT_SENT || this == SERVER
				|| (this == NONE && status.getCode() != Status.Code.RESOURCE_EXHAUSTED);
	}

	/** Read an answer to what was sent. */
	static Refusal of(Status status) {
		String text = String.valueOf(status.getDescription());
		if (text.contains("requested lease not found")) {
			return LEASE;
		}
		if (text.contains("invalid auth token") || text.contains("revision of auth store is old")) {
			return TOKEN;
		}
		if (text.contains("etcdserver: no leader")) {
			return SERVER;
		}
		return switch (status.getCode()) {
			case INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION, UNIMPLEMENTED -> REQUEST;
			// a full database says the same before and after it has done it
			case RESOURCE_EXHAUSTED -> text.contains("too many requests") ? REQUEST : NONE;
			default -> NONE;
		};
	}

}
