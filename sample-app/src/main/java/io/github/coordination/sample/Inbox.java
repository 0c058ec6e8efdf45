package io.github.coordination.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.annotation.LeaderOnly;

/**
 * Takes files from the inbox, on the leader alone. Every step can be repeated: a leader
 * that was killed leaves its file in {@code working}, where the next one finds it and
 * reads it from the beginning.
 */
@Component
class Inbox {

	static final String ELECTION = "inbox";

	/** A file that changed more recently may still be on its way in. */
	private static final Duration QUIET = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(Inbox.class);

	private final Folders folders;

	private final FileImport fileImport;

	private final PaymentImport payments;

	private final PaymentsProperties properties;

	Inbox(Folders folders, FileImport fileImport, PaymentImport payments, PaymentsProperties properties) {
		this.folders = folders;
		this.fileImport = fileImport;
		this.payments = payments;
		this.properties = properties;
	}

	@Scheduled(fixedDelay = 500)
	@LeaderOnly(election = ELECTION)
	public void takeFiles() throws IOException {
		dropShippedFile();
		for (Path file : filesIn(this.folders.inbox())) {
			if (isQuiet(file)) {
				move(file, this.folders.working().resolve(newName(file.getFileName().toString())));
			}
		}
		for (Path file : filesIn(this.folders.working())) {
			try {
				Tally tally = this.fileImport.read(file);
				move(file, this.folders.done().resolve(file.getFileName()));
				logger.info("Took {}", tally);
			}
			catch (IOException | DataAccessException ex) {
				logger.warn("Could not take {}, will try again", file, ex);
			}
		}
	}

	private void dropShippedFile() throws IOException {
		Resource shipped = this.properties.shippedFile();
		if (shipped == null) {
			return;
		}
		String name = String.valueOf(shipped.getFilename());
		Path target = this.folders.inbox().resolve(name);
		if (isNew(name) && !Files.exists(target)) {
			Path hidden = this.folders.inbox().resolve("." + name);
			try (InputStream content = shipped.getInputStream()) {
				Files.copy(content, hidden, StandardCopyOption.REPLACE_EXISTING);
			}
			move(hidden, target);
		}
	}

	/**
	 * A second file of a name gets a number, because lines are known by file and number.
	 */
	private String newName(String name) {
		String candidate = name;
		for (int number = 2; !isNew(candidate); number++) {
			candidate = number + "-" + name;
		}
		return candidate;
	}

	private boolean isNew(String name) {
		return !this.payments.knows(name) && !Files.exists(this.folders.working().resolve(name))
				&& !Files.exists(this.folders.done().resolve(name));
	}

	private static List<Path> filesIn(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter(Files::isRegularFile).filter((file) -> !isHidden(file)).sorted().toList();
		}
	}

	private static void move(Path from, Path to) throws IOException {
		Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
	}

	private static boolean isHidden(Path file) {
		return file.getFileName().toString().startsWith(".");
	}

	private static boolean isQuiet(Path file) throws IOException {
		Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
		return age.abs().compareTo(QUIET) >= 0;
	}

}
