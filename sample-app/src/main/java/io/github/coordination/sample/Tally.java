package io.github.coordination.sample;

/**
 * What became of the lines of a file.
 *
 * @param accepted lines that are payments of this file
 * @param known lines that repeat a payment word for word, which is posted once
 * @param rejected lines that are no payments
 */
record Tally(String file, int accepted, int known, int rejected) {

	static Tally of(String file) {
		return new Tally(file, 0, 0, 0);
	}

	Tally plusAccepted() {
		return new Tally(this.file, this.accepted + 1, this.known, this.rejected);
	}

	Tally plusKnown() {
		return new Tally(this.file, this.accepted, this.known + 1, this.rejected);
	}

	Tally plusRejected() {
		return new Tally(this.file, this.accepted, this.known, this.rejected + 1);
	}

}
