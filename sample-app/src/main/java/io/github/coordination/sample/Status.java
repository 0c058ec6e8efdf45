package io.github.coordination.sample;

import java.util.List;

import io.github.coordination.sample.Audit.FileProgress;
import io.github.coordination.sample.Audit.Totals;

/**
 * What the page shows.
 *
 * @param safe whether postings are locked
 * @param instance the id of the instance that answers
 * @param inbox where files are dropped
 * @param slots how many slots there are to share
 */
record Status(boolean safe, String instance, String inbox, int slots, List<Instance> instances,
		List<FileProgress> files, Totals totals) {

	/**
	 * An instance that lives, or that posted something when it did.
	 *
	 * @param url where its page is; empty if it is gone
	 */
	record Instance(String id, String url, boolean alive, boolean leader, int slots, int posted) {
	}

}
