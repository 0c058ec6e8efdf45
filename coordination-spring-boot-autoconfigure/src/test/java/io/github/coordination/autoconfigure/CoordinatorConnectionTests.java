package io.github.coordination.autoconfigure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.coordination.spi.BackendUrl;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link CoordinatorConnection} says of a url.
 */
class CoordinatorConnectionTests {

	@ParameterizedTest
	@CsvSource({ "file:/var/lib/app, file:/var/lib/app", "local:test, local:",
			"redis://host:6379/2?password=secret, redis://host:6379/2",
			"redis://jo:secret@host:6379, redis://host:6379", "redis://jo:sec/ret@host:6379, redis:",
			"jdbc:postgresql://jo:secret@host/db, jdbc:", "jdbc:oracle:thin:jo/secret, jdbc:",
			"zookeeper://a:2181;b:2181/app, zookeeper://a:2181;b:2181/app" })
	void printsNoSecret(String url, String printed) {
		assertThat(BackendUrl.parse(url)).hasToString(printed);
	}

}
