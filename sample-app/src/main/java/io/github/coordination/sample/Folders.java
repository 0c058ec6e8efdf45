package io.github.coordination.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.stereotype.Component;

/**
 * The way of a file: from {@code inbox} to {@code working} when the leader takes it, and
 * to {@code done} when all its payments are in the ledger. Lines that are no payments are
 * in {@code rejects}.
 */
@Component
class Folders {

	private final Path home;

	Folders(PaymentsProperties properties) throws IOException {
		this.home = properties.home().toAbsolutePath();
		for (Path folder : new Path[] { inbox(), working(), done(), rejects() }) {
			Files.createDirectories(folder);
		}
	}

	Path inbox() {
		return this.home.resolve("inbox");
	}

	Path working() {
		return this.home.resolve("working");
	}

	Path done() {
		return this.home.resolve("done");
	}

	Path rejects() {
		return this.home.resolve("rejects");
	}

}
