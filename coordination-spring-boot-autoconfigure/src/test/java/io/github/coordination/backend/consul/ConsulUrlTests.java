package io.github.coordination.backend.consul;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Tag("consul")
class ConsulUrlTests {

	private final ConsulFixture fixture = new ConsulFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "consul://host", "consul://host:8500", "consul://127.0.0.1:8500/", "consul://[::1]:8500",
			"consul://[::1]", "consuls://host", "consul://:token@host", "consul://token@host:8500/team/app",
			"consul://host?datacenter=dc-2", "consul://my_host.example.com:8500/a.b" })
	void urlIsUnderstood(String url) {
		assertThatCode(() -> this.fixture.backend(url, ConsulFixture.TTL)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@CsvSource({ "consul://host, host:8500", "consul://[::1], [::1]:8500", "consul://host:81, host:81",
			"consuls://host, host:8501", "consuls://host:81, host:81" })
	void portIsTheUsualOneUnlessItIsNamed(String url, String address) {
		assertThat(this.fixture.backend(url, ConsulFixture.TTL).connection()).hasToString(address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "consul:", "consul:host", "consul://", "consul://a:8500,b:8500", "consul://host:port",
			"consul://host:8500/a b", "consul://host/a//b", "consul://host/../x%2F", "consul://host?datacentre=x",
			"consul://host?datacenter=", "consul://host?datacenter=a/b", "consul://host?ca=/tmp/ca.pem",
			"consul://SECRET:SECRET@host", "consul://:SEC%0D%0ARET@host", "consul://:@host" })
	void faultyUrlIsRefusedWithoutItsSecrets(String url) {
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> this.fixture.backend(url, ConsulFixture.TTL))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("SEC"));
	}

}
