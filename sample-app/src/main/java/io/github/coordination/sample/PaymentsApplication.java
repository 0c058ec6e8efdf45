package io.github.coordination.sample;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

import io.github.coordination.Coordinator;
import io.github.coordination.Partitioner;

/**
 * Starts an instance that works together with all others of the same
 * {@code payments.home}. The argument {@code --unsafe} switches the locks off.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(PaymentsProperties.class)
public class PaymentsApplication {

	public static void main(String[] args) {
		start(args);
	}

	static ConfigurableApplicationContext start(String... args) {
		SpringApplication application = new SpringApplication(PaymentsApplication.class);
		if (List.of(args).contains("--unsafe")) {
			application.setAdditionalProfiles("unsafe");
		}
		return application.run(args);
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> nextFreePort() {
		return (factory) -> factory.setProtocol(NextFreePort.class.getName());
	}

	/** Who owns which accounts. The coordinator closes it. */
	@Bean(destroyMethod = "")
	Partitioner accounts(Coordinator coordinator) {
		return coordinator.partition(Membership.GROUP);
	}

	/** The database is in a folder that must exist first. */
	@Bean
	@ConfigurationProperties("spring.datasource.hikari")
	HikariDataSource dataSource(DataSourceProperties properties, Folders folders) {
		return properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
	}

}
