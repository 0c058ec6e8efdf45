package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the generated configuration metadata to Boot's rules for descriptions.
 */
class ConfigurationMetadataTests {

	private final PropertiesMetadata metadata = new PropertiesMetadata();

	@Test
	void everyPropertyIsDescribed() {
		assertThat(this.metadata.list("properties")).hasSizeGreaterThanOrEqualTo(12).allSatisfy((property) -> {
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
		List<String> names = this.metadata.list("properties")
			.stream()
			.map((property) -> (String) property.get("name"))
			.toList();

		assertThat(properties("coordination", CoordinationProperties.class))
			.contains("coordination.url", "coordination.jdbc.initialize-schema")
			.isSubsetOf(names);
	}

	private static Stream<String> properties(String prefix, Class<?> type) {
		return Stream.of(type.getRecordComponents()).flatMap((component) -> {
			String name = prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
			return component.getType().isRecord() ? properties(name, component.getType()) : Stream.of(name);
		});
	}

	@Test
	void defaultsAreKnown() {
		assertThat(this.metadata.list("properties"))
			.filteredOn((property) -> List.of("coordination.ttl", "coordination.slots", "coordination.auto-join")
				.contains(property.get("name")))
			.allMatch((property) -> property.get("defaultValue") != null)
			.hasSize(3);
	}

	@Test
	void schemesAreHinted() {
		assertThat(this.metadata.list("hints")).anyMatch((hint) -> "coordination.url".equals(hint.get("name")));
	}

}
