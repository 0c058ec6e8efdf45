package io.github.coordination.sample;

/**
 * A line is no payment. The message says why.
 */
class RejectedLineException extends RuntimeException {

	RejectedLineException(String reason) {
		super(reason);
	}

}
