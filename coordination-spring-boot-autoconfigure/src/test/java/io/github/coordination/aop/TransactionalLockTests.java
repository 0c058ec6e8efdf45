package io.github.coordination.aop;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DistributedLock} around transactions of a real database, which shows a
 * change only after its commit.
 */
class TransactionalLockTests extends AnnotationSupport {

	private static final int THREADS = 4;

	private static final int ROUNDS = 25;

	private final ApplicationContextRunner application = this.runner.withPropertyValues("coordination.wait-time=60s")
		.withUserConfiguration(Database.class);

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	/** A lock that is given back before the commit loses increments. */
	@Test
	void nextHolderSeesWhatWasCommitted() {
		this.application.run((context) -> {
			Counter counter = context.getBean(Counter.class);
			List<Future<?>> calls = new ArrayList<>();

			for (int i = 0; i < THREADS; i++) {
				calls.add(this.threads.submit(() -> {
					for (int round = 0; round < ROUNDS; round++) {
						counter.increment();
					}
				}));
			}

			for (Future<?> call : calls) {
				call.get(120, TimeUnit.SECONDS);
			}
			assertThat(counter.value()).isEqualTo(THREADS * ROUNDS);
		});
	}

	@Test
	void lockIsHeldWhileTheTransactionCommits() {
		this.application.run((context) -> {
			context.getBean(Counter.class).increment();

			assertThat(context.getBean(RecordingTransactionManager.class).steps).containsExactly("begin, held",
					"commit, held");
			assertThat(isFree(context, "counter")).isTrue();
		});
	}

	@Test
	void lockIsGivenBackAfterARollback() {
		this.application.run((context) -> {
			Counter counter = context.getBean(Counter.class);

			assertThatIllegalStateException().isThrownBy(counter::fail);

			assertThat(counter.value()).isZero();
			assertThat(isFree(context, "counter")).isTrue();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class Database {

		@Bean
		DataSource dataSource() {
			JdbcDataSource dataSource = new JdbcDataSource();
			dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
			return dataSource;
		}

		@Bean
		RecordingTransactionManager transactionManager(DataSource dataSource, Coordinator coordinator) {
			return new RecordingTransactionManager(dataSource, coordinator);
		}

		@Bean
		Counter counter(DataSource dataSource) {
			return new Counter(new JdbcTemplate(dataSource));
		}

	}

	static class Counter {

		private final JdbcTemplate jdbc;

		Counter(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE counter (number INT NOT NULL)");
			jdbc.execute("INSERT INTO counter VALUES (0)");
		}

		@Transactional
		@DistributedLock("counter")
		public void increment() {
			this.jdbc.update("UPDATE counter SET number = ?", value() + 1);
		}

		@Transactional
		@DistributedLock("counter")
		public void fail() {
			this.jdbc.update("UPDATE counter SET number = 7");
			throw new IllegalStateException("no");
		}

		public int value() {
			Integer value = this.jdbc.queryForObject("SELECT number FROM counter", Integer.class);
			return (value != null) ? value : -1;
		}

	}

	static class RecordingTransactionManager extends DataSourceTransactionManager {

		final List<String> steps = new ArrayList<>();

		private final transient Coordinator coordinator;

		RecordingTransactionManager(DataSource dataSource, Coordinator coordinator) {
			super(dataSource);
			this.coordinator = coordinator;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			record("begin");
			super.doBegin(transaction, definition);
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			super.doCommit(status);
			record("commit");
		}

		private void record(String step) {
			boolean free = this.coordinator.lock("counter").tryAcquire().map(LockHandle::release).orElse(false);
			this.steps.add(step + (free ? ", free" : ", held"));
		}

	}

}
