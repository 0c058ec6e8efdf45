package io.github.coordination.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names, all of which are data: none is a path, a pattern, a statement or another name.
 */
interface NameContract extends StoreFixture {

	/** Names that some store would like to take for something else. */
	List<String> NAMES = names();

	@Test
	default void directoriesOfAnyTwoNamesAreDifferent() {
		BackendSession session = newSession();
		for (String name : NAMES) {
			assertThat(backend().create(directory(name).entry("id"), bytes(name))).isPresent();
			assertThat(session.create(directory(name).entry("bound"), bytes(name))).isPresent();
		}
		CoordinationBackend other = newBackend();
		for (String name : NAMES) {
			List<Entry> listed = other.list(directory(name));
			assertThat(listed).extracting(Entry::id).containsExactlyInAnyOrder("id", "bound");
			assertThat(listed).allSatisfy((entry) -> {
				assertThat(text(entry)).isEqualTo(name);
				assertThat(entry.key().directory()).isEqualTo(directory(name));
			});
		}
		assertThat(session.entries()).extracting((entry) -> entry.key().directory().name())
			.containsExactlyInAnyOrderElementsOf(NAMES);
		for (String name : NAMES) {
			assertThat(other.delete(other.get(directory(name).entry("id")).orElseThrow())).isTrue();
			assertThat(other.list(directory(name))).extracting(Entry::id).containsExactly("bound");
		}
	}

	@Test
	default void idsOfAnyTwoNamesAreDifferent() {
		BackendSession session = newSession();
		for (String name : NAMES) {
			assertThat(session.create(directory("bound").entry(name), bytes(name))).isPresent();
			assertThat(backend().create(directory("persistent").entry(name), bytes(name))).isPresent();
		}
		CoordinationBackend other = newBackend();
		for (Directory directory : List.of(directory("bound"), directory("persistent"))) {
			assertThat(other.list(directory)).extracting(Entry::id).containsExactlyElementsOf(NAMES);
			for (String name : NAMES) {
				Entry read = other.get(directory.entry(name)).orElseThrow();
				assertThat(text(read)).isEqualTo(name);
				assertThat(read.key()).isEqualTo(directory.entry(name));
			}
		}
		for (String name : NAMES) {
			assertThat(session.delete(other.get(directory("bound").entry(name)).orElseThrow())).isTrue();
		}
		assertThat(other.list(directory("bound"))).isEmpty();
	}

	@Test
	default void queuesOfAnyTwoNamesAreDifferent() {
		BackendSession session = newSession();
		for (String name : NAMES) {
			Placement placement = session.enqueue(queue(name), attempt(session), "x", bytes(name), 0).orElseThrow();
			assertThat(placement.ahead()).isEmpty();
			assertThat(placement.entry().key().directory()).isEqualTo(queue(name));
		}
		CoordinationBackend other = newBackend();
		for (String name : NAMES) {
			assertThat(other.list(queue(name))).singleElement()
				.satisfies((entry) -> assertThat(text(entry)).isEqualTo(name));
		}
	}

	@Test
	default void kindAndNameAndIdAreNotGlued() {
		backend().create(directory("a/b").entry("c"), bytes("1"));
		backend().create(directory("a").entry("b/c"), bytes("2"));
		BackendSession session = newSession();
		enqueue(session, queue("a/b"));

		assertThat(backend().list(directory("a"))).extracting(StoreFixture::text).containsExactly("2");
		assertThat(backend().list(directory("a/b"))).extracting(StoreFixture::text).containsExactly("1");
		assertThat(backend().list(directory("a/b/c"))).isEmpty();
		assertThat(backend().list(queue("a"))).isEmpty();
		assertThat(backend().list(queue("a/b"))).hasSize(1);
	}

	@Test
	default void namespacesAreSeparate() {
		String own = directory("d").namespace();
		List<String> namespaces = List.of(own + "x", own + "/group", own + "%", own + "\u0000\r\n*{}.",
				own + "\ud83d\ude00", own.toUpperCase(Locale.ROOT));
		backend().create(directory("d").entry("a"), bytes(own));
		for (String namespace : namespaces) {
			Directory directory = new Directory(namespace, "group", "d");
			CoordinationBackend other = newBackend(namespace);
			assertThat(other.list(directory)).isEmpty();
			assertThat(other.create(directory.entry("a"), bytes(namespace))).isPresent();
			BackendSession session = newSession(other);
			Directory queue = new Directory(namespace, "lock", "d");
			assertThat(enqueue(session, queue).ahead()).isEmpty();
			assertThat(other.list(directory)).extracting(StoreFixture::text).containsExactly(namespace);
			assertThat(session.entries()).hasSize(1);
			session.close();
		}
		assertThat(backend().list(directory("d"))).extracting(StoreFixture::text).containsExactly(own);
		assertThat(backend().list(queue("d"))).isEmpty();
	}

	private static List<String> names() {
		List<String> names = new ArrayList<>(List.of("a", "A", "ab", "aB", "a/b", "a/", "/a", "//", "a.b", ".", "..",
				"../a", "...", "a\u0000", "\u0000", "a\r\nb", "\n", "%", "%61", "%%", "%2F", "{a}", "{", "}", "*", "a*",
				"?", "[a]", "\\", "\\a", "a b", " ", " a", "a ", "'", "\"", "';--", "`", "$", "$(a)", "#", "#{a}", ":",
				"a:b", ";", ",", "|", "&", "=", "+", "~", "-", "_", "a_b", "a-b", "\u00e4", "a\u0308", "\u00c4",
				"\u00df", "ss", "\u0131", "i", "I", "\u0130", "\u20ac", "\ud83d\ude00", "\ud83d\ude01", "\ufeff",
				"\u200b", "\uffff", "con", "NUL", "null", "true", "0", "00", "-1", "1e1"));
		names.add("n".repeat(512));
		names.add("n".repeat(511) + "m");
		names.add("N".repeat(512));
		names.add("n".repeat(511));
		names.add("\ud83d\ude00".repeat(128));
		names.add("/".repeat(512));
		names.add("\u0000".repeat(512));
		names.add("%".repeat(512));
		names.add("..".repeat(256));
		return List.copyOf(names);
	}

}
