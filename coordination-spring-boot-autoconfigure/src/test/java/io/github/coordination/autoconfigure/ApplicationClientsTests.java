package io.github.coordination.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.context.support.GenericApplicationContext;

import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ApplicationClients} and for {@link ClientSource#of}.
 */
class ApplicationClientsTests {

	private final List<String> closed = new ArrayList<>();

	@Test
	void findsTheOnlyBeanOfAType() {
		try (GenericApplicationContext context = context("client")) {
			ClientSource clients = clients(context);

			assertThat(clients.find(Client.class)).contains(context.getBean("client"));
			assertThat(clients.find(StringBuilder.class)).isEmpty();
		}
	}

	@Test
	void doesNotChooseAmongSeveral() {
		try (GenericApplicationContext context = context("one", "other")) {
			ClientSource clients = clients(context);

			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> clients.find(Client.class))
				.withMessageStartingWith("coordination.url: ")
				.withMessageContaining("[one, other]")
				.withMessageContaining("@Primary");
		}
	}

	@Test
	void prefersThePrimaryBean() {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			context.registerBean("one", Client.class, () -> new Client("one", this.closed));
			context.registerBean("other", Client.class, () -> new Client("other", this.closed),
					(definition) -> definition.setPrimary(true));
			context.refresh();

			assertThat(clients(context).find(Client.class)).contains(context.getBean("other"));
		}
	}

	@Test
	void clientOutlivesItsUser() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.registerBean("user", Client.class, () -> {
			clients(context).find(Client.class);
			return new Client("user", this.closed);
		}, (definition) -> definition.setAutowireCandidate(false));
		context.registerBean("client", Client.class, () -> new Client("client", this.closed));
		context.refresh();

		context.close();

		assertThat(this.closed).containsExactly("user", "client");
	}

	@Test
	void givenClientsAreFoundByTheirType() {
		ClientSource clients = ClientSource.of("text", 1, 2);

		assertThat(clients.find(CharSequence.class)).contains("text");
		assertThat(clients.find(Client.class)).isEmpty();
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> clients.find(Integer.class))
			.withMessageContaining("2 of them");
	}

	private static ClientSource clients(GenericApplicationContext context) {
		return new ApplicationClients(context.getBeanFactory(), "user");
	}

	private GenericApplicationContext context(String... names) {
		GenericApplicationContext context = new GenericApplicationContext();
		for (String name : names) {
			context.registerBean(name, Client.class, () -> new Client(name, this.closed));
		}
		context.refresh();
		return context;
	}

	/**
	 * A client that says when it is closed.
	 *
	 * @param name its name
	 * @param closed where it says so
	 */
	private record Client(String name, List<String> closed) implements AutoCloseable {

		@Override
		public void close() {
			this.closed.add(this.name);
		}

	}

}
