package io.github.coordination.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * What an instance has in its home, without an instance.
 */
final class TestHome implements AutoCloseable {

	static final long OPENING = 1_000_000;

	final Folders folders;

	final PaymentImport payments;

	final FileImport fileImport;

	final Ledger ledger;

	final Audit audit;

	final Inbox inbox;

	private final HikariDataSource dataSource = new HikariDataSource();

	private final JdbcClient jdbc;

	TestHome(Path home) throws IOException {
		this(home, null);
	}

	TestHome(Path home, @Nullable Resource shippedFile) throws IOException {
		PaymentsProperties properties = new PaymentsProperties(home, OPENING, Duration.ZERO, shippedFile);
		this.folders = new Folders(properties);
		this.dataSource.setJdbcUrl("jdbc:sqlite:" + home.resolve("payments.db")
				+ "?journal_mode=WAL&busy_timeout=20000&transaction_mode=IMMEDIATE");
		new ResourceDatabasePopulator(new ClassPathResource("schema.sql")).execute(this.dataSource);
		JdbcTransactionManager transactions = new JdbcTransactionManager(this.dataSource);
		this.jdbc = JdbcClient.create(this.dataSource);
		this.ledger = new Ledger(this.jdbc, transactions, properties);
		this.payments = new PaymentImport(this.jdbc, transactions, properties);
		this.fileImport = new FileImport(this.payments, this.folders);
		this.audit = new Audit(this.jdbc);
		this.inbox = new Inbox(this.folders, this.fileImport, this.payments, properties);
	}

	Map<String, Long> balances() {
		return this.jdbc.sql("SELECT id, cents FROM account")
			.query((row, index) -> Map.entry(row.getString(1), row.getLong(2)))
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	List<Payment> posted() {
		return this.jdbc.sql("SELECT id, payer, payee, cents FROM posted")
			.query((row, index) -> new Payment(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)))
			.list();
	}

	/** A file that nobody writes to any more. */
	Path drop(String name, String content) throws IOException {
		Path hidden = Files.writeString(this.folders.inbox().resolve("." + name), content);
		Files.setLastModifiedTime(hidden, FileTime.fromMillis(0));
		return Files.move(hidden, this.folders.inbox().resolve(name));
	}

	@Override
	public void close() {
		this.dataSource.close();
	}

}
