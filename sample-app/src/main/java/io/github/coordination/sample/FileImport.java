package io.github.coordination.sample;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Component;

import io.github.coordination.sample.PaymentImport.Line;
import io.github.coordination.sample.PaymentImport.Reject;

/**
 * Reads a file from beginning to end into the ledger, and writes the lines that are no
 * payments to a file of rejects, which appears when it is complete. Blank lines and a
 * heading are neither.
 */
@Component
class FileImport {

	private static final int BATCH = 500;

	private final PaymentImport payments;

	private final Folders folders;

	FileImport(PaymentImport payments, Folders folders) {
		this.payments = payments;
		this.folders = folders;
	}

	/**
	 * Read a file. Reading it again changes nothing.
	 * @param file the file, of a name that no other file had before
	 * @return what became of its lines
	 */
	Tally read(Path file) throws IOException {
		String name = file.getFileName().toString();
		Path unfinished = this.folders.rejects().resolve("." + name + "." + ProcessHandle.current().pid());
		Tally tally;
		long size;
		do {
			size = Files.size(file);
			try (LineReader reader = new LineReader(Files.newInputStream(file), Payment.MAX_LINE_LENGTH);
					Writer rejects = writer(unfinished)) {
				tally = read(reader, rejects, Tally.of(name));
			}
		}
		while (Files.size(file) != size);
		if (tally.rejected() > 0) {
			Files.move(unfinished, this.folders.rejects().resolve(name), StandardCopyOption.ATOMIC_MOVE);
		}
		else {
			Files.delete(unfinished);
		}
		return tally;
	}

	private Tally read(LineReader reader, Writer rejects, Tally start) throws IOException {
		rejects.write("line,reason,content\n");
		Tally tally = start;
		List<Line> lines;
		do {
			lines = nextLines(reader);
			List<Reject> rejected = new ArrayList<>();
			tally = this.payments.take(tally, lines, rejected);
			for (Reject reject : rejected) {
				String content = reject.line().text().replaceAll("\\p{Cntrl}", "?");
				rejects.write(reject.line().number() + "," + reject.reason() + "," + content + "\n");
			}
		}
		while (!lines.isEmpty());
		return tally;
	}

	private static List<Line> nextLines(LineReader reader) throws IOException {
		List<Line> lines = new ArrayList<>();
		while (lines.size() < BATCH) {
			String text = reader.readLine();
			if (text == null) {
				break;
			}
			boolean heading = reader.number() == 1 && Payment.isHeading(text);
			if (!text.isBlank() && !heading) {
				lines.add(new Line(reader.number(), text));
			}
		}
		return lines;
	}

	/** Unlike a writer of {@link Files}, it replaces what cannot be encoded. */
	private static Writer writer(Path file) throws IOException {
		return new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8));
	}

}
