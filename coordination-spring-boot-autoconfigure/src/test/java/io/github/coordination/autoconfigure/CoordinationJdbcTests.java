package io.github.coordination.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import io.github.coordination.Coordinator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for coordination through the application's {@link DataSource}.
 */
@Tag("h2")
class CoordinationJdbcTests {

	private static final String SCRIPT = "classpath:io/github/coordination/backend/jdbc/schema-h2.sql";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceInitializationAutoConfiguration.class))
		.withPropertyValues("coordination.url=jdbc:", "spring.datasource.generate-unique-name=true");

	@Test
	void usesTheDataSourceOfTheApplication() {
		this.runner.run((context) -> {
			assertThat(context.getBean(Coordinator.class).lock("orders").tryAcquire()).isPresent();
			assertThat(sessions(context.getBean(DataSource.class))).isOne();
		});
	}

	@Test
	void createsTheTablesOnlyIfItMay() {
		this.runner.withPropertyValues("coordination.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("schema-h2.sql"));
	}

	@Test
	void optionOfTheUrlGoesFirst() {
		this.runner
			.withPropertyValues("coordination.url=jdbc:?initialize-schema=always",
					"coordination.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void propertyConcernsSqlDatabasesOnly() {
		this.runner
			.withPropertyValues("coordination.url=local:" + UUID.randomUUID(),
					"coordination.jdbc.initialize-schema=never")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void scriptsOfTheApplicationRunFirst() {
		this.runner
			.withPropertyValues("coordination.jdbc.initialize-schema=never", "spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=" + SCRIPT)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void prefersTheDataSourceThatIsMeantForIt() {
		this.runner.withUserConfiguration(SeveralDataSources.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(sessions(context.getBean("own", DataSource.class))).isOne();
		});
	}

	private static int sessions(DataSource source) throws SQLException {
		try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
			ResultSet rows = statement.executeQuery("select count(*) from coordination_session");
			rows.next();
			return rows.getInt(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralDataSources {

		@Bean
		@Primary
		DataSource orders() {
			return database();
		}

		@Bean(defaultCandidate = false)
		@CoordinationDataSource
		DataSource own() {
			return database();
		}

		private static DataSource database() {
			JdbcDataSource source = new JdbcDataSource();
			source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
			return source;
		}

	}

}
