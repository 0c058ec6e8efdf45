package io.github.coordination.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.coordination.autoconfigure.PropertiesMetadata;
import io.github.coordination.spi.BackendProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes the page of properties from the configuration metadata: a page that differs fails
 * with what it has to say.
 */
class PropertiesPageTests {

	private static final Path PAGE = Pages.DOCS.resolve("properties.md");

	private static final String START = """
			# Properties

			`PropertiesPageTests` makes this page from the configuration metadata, from which editors complete, and fails with the text to write here when the
			two differ. Durations are written like `500ms`, `15s` or `PT15S`; values of enumerations in upper or in lower case. What concerns one store alone is
			an option of its url: see [the stores](choosing-a-backend.md).
			""";

	private final PropertiesMetadata metadata = new PropertiesMetadata();

	@Test
	void pageSaysWhatTheMetadataSays() throws IOException {
		String page = page();

		assertThat(Files.readString(PAGE)).withFailMessage("docs/properties.md is not up to date. Write:%n%s", page)
			.isEqualTo(page);
	}

	@Test
	void everyPropertyIsDescribed() {
		assertThat(this.metadata.list("properties")).isNotEmpty()
			.allSatisfy((property) -> assertThat((String) property.get("description")).as("%s", property.get("name"))
				.isNotBlank());
	}

	@Test
	void everyBackendHasAnExampleOfItsUrl() {
		List<String> schemes = urls().stream().map((url) -> text(url, "value").replaceAll(":.*", "")).toList();

		assertThat(ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get))
			.filteredOn((provider) -> provider.getClass().getPackageName().contains(".backend."))
			.isNotEmpty()
			.allSatisfy((provider) -> assertThat(schemes).containsAnyElementsOf(provider.schemes()));
	}

	private String page() {
		return START + section("Coordination", "coordination.") + section("Actuator", "management.")
				+ "\n## Values of `coordination.url`\n\n| value | meaning |\n|---|---|\n"
				+ urls().stream()
					.map((url) -> row(code(text(url, "value")), text(url, "description")))
					.collect(Collectors.joining());
	}

	private String section(String title, String prefix) {
		return "\n## " + title + "\n\n| property | type | default | meaning |\n|---|---|---|---|\n"
				+ this.metadata.list("properties")
					.stream()
					.filter((property) -> text(property, "name").startsWith(prefix))
					.map((property) -> row(code(text(property, "name")), type(text(property, "type")),
							value(property.get("defaultValue")), text(property, "description")))
					.collect(Collectors.joining());
	}

	private static String row(String... cells) {
		return Stream.of(cells)
			.map((cell) -> cell.isEmpty() ? " |" : " " + cell.replace("|", "\\|") + " |")
			.collect(Collectors.joining("", "|", "\n"));
	}

	/** An enumeration, or a collection of one, is told by its constants. */
	private static String type(String type) {
		try {
			Object[] constants = Class.forName(type.replaceAll(".*<|>", "")).getEnumConstants();
			if (constants != null) {
				return (type.endsWith(">") ? "list of " : "")
						+ Stream.of(constants).map(PropertiesPageTests::value).collect(Collectors.joining(", "));
			}
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException("The metadata has a type that does not exist", ex);
		}
		return code(type.replaceAll("\\b([a-z0-9]+\\.)+", ""));
	}

	/** Spelled as in a file of properties. */
	private static String value(Object value) {
		return (value != null) ? code(value.toString().toLowerCase(Locale.ROOT).replace('_', '-')) : "";
	}

	private static String code(String text) {
		return "`" + text + "`";
	}

	private static String text(Map<String, Object> item, String name) {
		return Objects.requireNonNullElse(item.get(name), "").toString();
	}

	private List<Map<String, Object>> urls() {
		return this.metadata.list("hints[?(@.name == 'coordination.url')].values[*]");
	}

}
