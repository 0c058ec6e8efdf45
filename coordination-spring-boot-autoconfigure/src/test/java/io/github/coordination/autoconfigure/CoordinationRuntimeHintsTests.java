package io.github.coordination.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

import io.github.coordination.CoordinatorFactory;
import io.github.coordination.aop.KeyRoot;
import io.github.coordination.spi.BackendProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CoordinationRuntimeHints}.
 */
class CoordinationRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	CoordinationRuntimeHintsTests() {
		new CoordinationRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
	}

	@Test
	void isFoundBySpring() {
		assertThat(SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)).hasAtLeastOneElementOfType(CoordinationRuntimeHints.class);
	}

	@Test
	void everyScriptOfABackendIsKept() throws IOException {
		Path resources = Path.of("src", "main", "resources");
		List<Path> scripts;
		try (Stream<Path> files = Files.walk(resources.resolve("io"))) {
			scripts = files.filter(Files::isRegularFile).map(resources::relativize).toList();
		}

		assertThat(scripts).hasSizeGreaterThan(10)
			.allMatch((script) -> RuntimeHintsPredicates.resource()
				.forResource(script.toString().replace('\\', '/'))
				.test(this.hints));
	}

	@Test
	void servicesAreKept() {
		for (Class<?> service : List.of(CoordinatorFactory.class, BackendProvider.class)) {
			assertThat(RuntimeHintsPredicates.resource().forResource("META-INF/services/" + service.getName()))
				.accepts(this.hints);
			assertThat(ServiceLoader.load(service).stream()).isNotEmpty()
				.allSatisfy((provider) -> assertThat(RuntimeHintsPredicates.reflection()
					.onType(provider.type())
					.withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)).accepts(this.hints));
		}
	}

	@Test
	void classesThatTellWhetherAClientIsPresentAreKept() {
		assertThat(ServiceLoader.load(BackendProvider.class)).flatExtracting(BackendProvider::requires)
			.filteredOn((library) -> library.className().startsWith("org.apache.curator."))
			.isNotEmpty()
			.allSatisfy((library) -> assertThat(
					RuntimeHintsPredicates.reflection().onType(TypeReference.of(library.className())))
				.accepts(this.hints));
	}

	@Test
	void whatIsReachedByItsNameIsKept() {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(TypeReference.of("io.github.coordination.backend.jdbc.ListeningSocketFactory"))
			.withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(KeyRoot.class)
			.withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Flux.class)).accepts(this.hints);
	}

}
