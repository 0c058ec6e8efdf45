package io.github.coordination.sample;

/**
 * How a payment gets from the list of pending payments to the accounts.
 */
interface Posting {

	/**
	 * Post a payment unless it was posted before.
	 * @param member who posts it
	 */
	void post(Payment payment, String member);

}
