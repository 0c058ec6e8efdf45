package io.github.coordination.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.ClassPathResource;

import io.github.coordination.sample.Audit.FileProgress;
import io.github.coordination.sample.Ledger.Fence;
import io.github.coordination.sample.Ledger.Pending;
import io.github.coordination.sample.PaymentImport.Line;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Inbox}, {@link FileImport} and {@link PaymentImport}, without an
 * election.
 */
class InboxTests {

	@TempDir
	private Path folder;

	private TestHome home;

	@BeforeEach
	void open() throws IOException {
		this.home = new TestHome(this.folder);
	}

	@AfterEach
	void close() {
		this.home.close();
	}

	@Test
	void takesPaymentsAndKeepsTheFile() throws IOException {
		this.home.drop("a.csv", "id,from,to,cents\nP1,a,b,1\n\nP2,b,c,2");

		this.home.inbox.takeFiles();

		assertThat(pending()).containsExactly(new Payment("P1", "a", "b", 1), new Payment("P2", "b", "c", 2));
		assertThat(this.home.balances()).containsOnlyKeys("a", "b", "c").containsValue(TestHome.OPENING);
		assertThat(names(this.home.folders.done())).containsExactly("a.csv");
		assertThat(names(this.home.folders.inbox())).isEmpty();
		assertThat(names(this.home.folders.working())).isEmpty();
		assertThat(names(this.home.folders.rejects())).isEmpty();
	}

	@Test
	void writesRejectsWithNumberAndReason() throws IOException {
		this.home.drop("a.csv", "\uFEFFid,from,to,cents\r\nP1,a,b,1\r\nP2,a,b\r\n\r\nP3,a,a,1\r\nP4,a,\u0007b,1\r\n"
				+ "x".repeat(3_000_000) + "\r\nP5,b,a,3\r\n");

		this.home.inbox.takeFiles();

		assertThat(pending()).extracting(Payment::id).containsExactly("P1", "P5");
		assertThat(this.home.folders.rejects().resolve("a.csv")).hasContent("""
				line,reason,content
				3,expected 4 fields but found 3,P2,a,b
				5,from and to are the same account,P3,a,a,1
				6,to has a quote or a control character or is not UTF-8,P4,a,?b,1
				7,longer than 1000 characters,%s
				""".formatted("x".repeat(1001)));
		assertThat(this.home.audit.files()).containsExactly(new FileProgress("a.csv", 2, 0, 4, 0));
	}

	@Test
	void rejectsWhatIsNotUtf8() throws IOException {
		Path file = this.home.drop("a.csv", "");
		Files.write(file, "P1,Müller,b,1\nP2,a,b,1\n".getBytes(StandardCharsets.ISO_8859_1));

		this.home.fileImport.read(file);

		assertThat(pending()).extracting(Payment::id).containsExactly("P2");
		assertThat(Files.readString(this.home.folders.rejects().resolve("a.csv"))).contains("1,from has ");
	}

	@Test
	void takesEmptyFile() throws IOException {
		this.home.drop("empty.csv", "");

		this.home.inbox.takeFiles();

		assertThat(this.home.audit.files()).containsExactly(new FileProgress("empty.csv", 0, 0, 0, 0));
		assertThat(names(this.home.folders.done())).containsExactly("empty.csv");
	}

	@Test
	void repeatedPaymentIsPostedOnceAndAnotherOfItsIdIsRejected() throws IOException {
		this.home.drop("a.csv", "P1,a,b,1\nP1,a,b,1\nP1,a,b,2\nP2,a,b,3\n");
		this.home.inbox.takeFiles();
		this.home.ledger.post(new Payment("P1", "a", "b", 1), Fence.NONE, "me");
		this.home.drop("b.csv", "P1,a,b,01\nP1,b,a,1\nP2,a,b,3\n");
		this.home.inbox.takeFiles();

		assertThat(pending()).containsExactly(new Payment("P2", "a", "b", 3));
		assertThat(this.home.audit.files()).containsExactly(new FileProgress("a.csv", 2, 1, 1, 1),
				new FileProgress("b.csv", 0, 2, 1, 0));
		assertThat(this.home.folders.rejects().resolve("b.csv")).content()
			.endsWith("2,id is already that of another payment in line 1 of a.csv,P1,b,a,1\n");
	}

	@Test
	void secondFileOfANameIsAnotherFile() throws IOException {
		this.home.drop("a.csv", "P1,a,b,1\nP1,a,b\n");
		this.home.inbox.takeFiles();
		this.home.drop("a.csv", "P2,a,b,1\nP2,a,b\n");
		this.home.inbox.takeFiles();

		assertThat(pending()).extracting(Payment::id).containsExactly("P1", "P2");
		assertThat(names(this.home.folders.done())).containsExactly("2-a.csv", "a.csv");
		assertThat(names(this.home.folders.rejects())).containsExactly("2-a.csv", "a.csv");
	}

	@Test
	void fileOfAKilledLeaderIsReadAgainFromItsBeginning() throws IOException {
		StringBuilder content = new StringBuilder();
		for (int number = 1; number <= 1_200; number++) {
			content.append(number % 100 == 0 ? "broken\n" : "P" + number + ",a,b," + number + "\n");
		}
		Path file = Files.move(this.home.drop("a.csv", content.toString()),
				this.home.folders.working().resolve("a.csv"));
		List<Line> begun = new ArrayList<>();
		content.toString().lines().limit(700).forEach((line) -> begun.add(new Line(begun.size() + 1, line)));
		this.home.payments.take(Tally.of("a.csv"), begun, new ArrayList<>());
		this.home.ledger.post(new Payment("P1", "a", "b", 1), Fence.NONE, "me");

		this.home.inbox.takeFiles();

		assertThat(file).doesNotExist();
		assertThat(pending()).hasSize(1_187).doesNotHaveDuplicates();
		assertThat(this.home.audit.files()).containsExactly(new FileProgress("a.csv", 1_188, 0, 12, 1));
		assertThat(this.home.folders.rejects().resolve("a.csv")).content().hasLineCount(13);
	}

	@Test
	void leavesAFileAloneThatIsStillBeingWritten() throws IOException {
		Files.writeString(this.home.folders.inbox().resolve("growing.csv"), "P1,a,b,1\nP2,a");
		Files.writeString(this.home.folders.inbox().resolve(".hidden.csv"), "P1,a,b,1");
		Files.createDirectory(this.home.folders.inbox().resolve("folder"));

		this.home.inbox.takeFiles();

		assertThat(pending()).isEmpty();
		assertThat(names(this.home.folders.inbox())).containsExactly(".hidden.csv", "folder", "growing.csv");
	}

	@Test
	void dropsTheShippedFileOnce() throws IOException {
		try (TestHome shipping = new TestHome(this.folder, new ClassPathResource("payments.csv"))) {
			shipping.inbox.takeFiles();
			Path shipped = this.home.folders.inbox().resolve("payments.csv");
			assertThat(shipped).exists();
			Files.setLastModifiedTime(shipped, FileTime.fromMillis(0));

			shipping.inbox.takeFiles();
			shipping.inbox.takeFiles();

			assertThat(this.home.audit.files()).containsExactly(new FileProgress("payments.csv", 10_000, 0, 0, 0));
			assertThat(names(this.home.folders.inbox())).isEmpty();
			assertThat(this.home.balances()).hasSize(100);
		}
	}

	private List<Payment> pending() {
		return this.home.ledger.pending(0, 10_000).stream().map(Pending::payment).toList();
	}

	private static List<String> names(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

}
