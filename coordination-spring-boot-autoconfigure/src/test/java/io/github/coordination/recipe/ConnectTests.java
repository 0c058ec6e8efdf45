package io.github.coordination.recipe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.SessionState;
import io.github.coordination.spi.BackendUrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * From a url to a coordinator, or to a message that helps.
 */
@Timeout(60)
class ConnectTests {

	private static final String SECRET = "hunter2";

	@Test
	void urlIsEnough() {
		try (Coordinator coordinator = Coordinator.connect("local:connect-tests")) {
			assertThat(coordinator.state()).isEqualTo(SessionState.CONNECTED);
			assertThat(coordinator.lock("a").tryAcquire()).isPresent();
		}
	}

	@Test
	void schemeIsReadInAnyCase() {
		try (Coordinator coordinator = Coordinator.connect("LOCAL:connect-tests")) {
			assertThat(coordinator.state()).isEqualTo(SessionState.CONNECTED);
		}
	}

	@Test
	void misspeltSchemeIsCorrected() {
		assertRefused("lokal:test", "coordination.url", "lokal:", "Did you mean 'local'?", "Known schemes: ");
	}

	@Test
	void schemeLikeNoOtherIsAnsweredWithAllThereAre() {
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> Coordinator.connect("carrier-pigeon:x"))
			.withMessageContaining("carrier-pigeon:")
			.withMessageContaining("local")
			.withMessageContaining("test-absent")
			.withMessageNotContaining("Did you mean");
	}

	@Test
	void urlWithoutASchemeIsRefused() {
		for (String url : List.of("local", ":x", "/var/lib/app", "1a:x", "a b:x")) {
			assertRefused(url, "coordination.url", "does not begin with a scheme");
		}
		assertRefused(" ", "coordination.url", "empty");
	}

	@Test
	void missingLibraryIsNamedWithItsCoordinates() {
		assertRefused("test-needy://host", "coordination.url", "test-needy:", "org.example:missing-client");
	}

	@Test
	void misspeltOptionIsCorrected() {
		assertRefused("test-absent://host?timeuot=5", "coordination.url", "timeuot", "Did you mean 'timeout'?");
		assertRefused("local:test?expires=true", "coordination.url", "expires", "Did you mean 'expire'?");
	}

	@Test
	void storeThatIsAbsentIsWaitedForAsLongAsTheLimitAndLeavesNoThread() {
		Set<Thread> before = threads();
		CoordinatorOptions options = CoordinatorOptions.of("test-absent://host")
			.withTtl(Duration.ofSeconds(2))
			.withConnectTimeout(Duration.ofMillis(200));

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> Coordinator.connect(options))
			.withMessageContaining("PT0.2S");

		await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
	}

	@Test
	void namespaceAndMemberIdAreNames() {
		CoordinatorOptions options = CoordinatorOptions.of("local:connect-tests");
		for (String name : List.of("", "x".repeat(513), "a\ud83d")) {
			assertThatExceptionOfType(ConfigurationException.class)
				.isThrownBy(() -> Coordinator.connect(options.withNamespace(name)))
				.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.namespace"));
			assertThatExceptionOfType(ConfigurationException.class)
				.isThrownBy(() -> Coordinator.connect(options.withMemberId(name)))
				.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.member-id"));
		}
	}

	@Test
	void secretIsInNoMessage() {
		for (String url : List.of("redsi://user:" + SECRET + "@host:1/0", "test-absent://user:" + SECRET + "@host",
				"test-absent://" + SECRET + "@host/path", "test-needy://:" + SECRET + "@host",
				"test-absent://u:" + SECRET + "@host?wrong=1", "test-absent://host?wrong=" + SECRET,
				"test-absent://host?timeout=" + SECRET, "test-absent://host?" + SECRET,
				"test-absent://user:" + SECRET + "%zz@host", "local:test?password=" + SECRET,
				"//user:" + SECRET + "@host", SECRET + "@host:6379")) {
			CoordinatorOptions options = CoordinatorOptions.of(url)
				.withTtl(Duration.ofSeconds(2))
				.withConnectTimeout(Duration.ofMillis(1));

			assertThat(options.toString()).doesNotContain(SECRET);
			assertThatExceptionOfType(CoordinationException.class).as(url)
				.isThrownBy(() -> Coordinator.connect(options))
				.satisfies((ex) -> assertThat(printed(ex)).doesNotContain(SECRET));
		}
	}

	@Test
	void secretIsNotPrintedWithAUrl() {
		for (String url : List.of("redis://user:" + SECRET + "@host:1/0?password=" + SECRET,
				"redis://" + SECRET + "@host", "jdbc:postgresql://user:" + SECRET + "@host/db?password=" + SECRET,
				"jdbc:oracle:thin:user/" + SECRET + "@host:1521/x", "jdbc:h2:mem:x;PASSWORD=" + SECRET)) {
			assertThat(BackendUrl.parse(url).toString()).as(url).doesNotContain(SECRET);
		}
		assertThat(BackendUrl.parse("redis://u:p@host:1/0")).hasToString("redis://host:1/0");
		assertThat(BackendUrl.parse("file:/var/lib/a@b;c")).hasToString("file:/var/lib/a@b;c");
	}

	private static void assertRefused(String url, String... parts) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> Coordinator.connect(url))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(parts));
	}

	private static String printed(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("coordination-"))
			.collect(Collectors.toSet());
	}

}
