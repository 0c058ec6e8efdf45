package io.github.coordination.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the generated configuration metadata to Boot's rules for descriptions.
 */
class ConfigurationMetadataTests {

	private final DocumentContext metadata = read();

	@Test
	void everyPropertyIsDescribed() {
		assertThat(list("properties")).hasSizeGreaterThanOrEqualTo(12).allSatisfy((property) -> {
			String name = (String) property.get("name");
			assertThat(name).matches("coordination\\..+|management\\.(endpoint|health)\\.coordination\\..+");
			assertThat(property.get("type")).as(name).isNotNull();
			assertThat((String) property.get("description")).as(name)
				.isNotBlank()
				.doesNotStartWith("The ")
				.doesNotStartWith("A ")
				.endsWith(".");
		});
	}

	@Test
	void everyComponentIsAProperty() {
		List<String> names = list("properties").stream().map((property) -> (String) property.get("name")).toList();

		assertThat(Stream.of(CoordinationProperties.class.getRecordComponents())
			.map((component) -> "coordination."
					+ component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)))
			.allMatch(names::contains);
	}

	@Test
	void defaultsAreKnown() {
		assertThat(list("properties"))
			.filteredOn((property) -> List.of("coordination.ttl", "coordination.slots", "coordination.auto-join")
				.contains(property.get("name")))
			.allMatch((property) -> property.get("defaultValue") != null)
			.hasSize(3);
	}

	@Test
	void schemesAreHinted() {
		assertThat(list("hints")).anyMatch((hint) -> "coordination.url".equals(hint.get("name")));
	}

	private List<Map<String, Object>> list(String name) {
		return this.metadata.read("$." + name);
	}

	private static DocumentContext read() {
		URL classes = CoordinationProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (InputStream json = new URL(classes, "META-INF/spring-configuration-metadata.json").openStream()) {
			return JsonPath.parse(json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
