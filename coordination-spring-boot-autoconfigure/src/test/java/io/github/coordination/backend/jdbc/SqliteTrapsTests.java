package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("sqlite")
class SqliteTrapsTests extends JdbcTrapsContract {

	@TempDir
	static Path temporary;

	@Override
	String url() {
		return "jdbc:sqlite:" + temporary.resolve("coordination.db");
	}

	@Override
	Connection connect() throws SQLException {
		return DriverManager.getConnection(url() + "?busy_timeout=5000");
	}

	@Test
	void whatIsNotCommittedIsNotReported() throws SQLException {
		Link link = link();
		link.execute("pragma foreign_keys = on");
		link.execute("create table parent (id integer primary key)");
		link.execute("create table child (id integer references parent deferrable initially deferred)");

		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> link.first("insert into child values (1) returning id", (rows) -> rows.getLong(1)));
		assertThat(link.all("select id from child", (rows) -> rows.getLong(1))).isEmpty();
	}

	@Test
	void directoryOfThousandsCanBeWatched() throws SQLException {
		CoordinationBackend backend = newBackend();
		backend.open(JdbcFixture.TTL);
		Directory directory = new Directory("watched", "group", UUID.randomUUID().toString());
		Link link = link();
		link.change("with recursive ids (id) as (select 1 union all select id + 1 from ids where id < 6000)"
				+ " insert into coordination_entry (directory, id, label, create_revision, revision, content)"
				+ " select ?, id, '', 1, 1790000000000000 + id, '' from ids", Names.of(directory));
		AtomicInteger calls = new AtomicInteger();
		backend.watch(directory, (change) -> calls.incrementAndGet());

		link.change("update coordination_entry set revision = revision + 1 where directory = ? and id = '1'",
				Names.of(directory));

		Awaitility.await().untilAtomic(calls, Matchers.greaterThan(0));
	}

	@Test
	void fileThatCannotHaveAWriteAheadLogIsRefused() throws SQLException {
		Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> link(memory))
			.withMessageContaining("write-ahead log");
		assertThat(memory.isClosed()).isTrue();
	}

}
