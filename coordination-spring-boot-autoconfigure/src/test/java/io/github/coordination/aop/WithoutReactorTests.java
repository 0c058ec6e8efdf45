package io.github.coordination.aop;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that annotations need no Reactor, in a class loader that has none.
 */
class WithoutReactorTests {

	@Test
	void annotationsWorkWithoutReactor() throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(classPathWithoutReactor(),
				ClassLoader.getPlatformClassLoader())) {
			assertThat(ClassUtils.isPresent("reactor.core.publisher.Flux", loader)).isFalse();
			thread.setContextClassLoader(loader);

			Object answer = loader.loadClass(Application.class.getName()).getMethod("run").invoke(null);

			assertThat(answer).isEqualTo("locked");
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL[] classPathWithoutReactor() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("reactor") && !entry.contains("reactive-streams"))
			.map(WithoutReactorTests::url)
			.toArray(URL[]::new);
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * What runs in the other class loader.
	 */
	public static final class Application {

		private Application() {
		}

		public static String run() {
			StringBuilder answer = new StringBuilder();
			ApplicationContextRunner runner = new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
				.withPropertyValues("coordination.url=local:" + UUID.randomUUID());
			runner.withBean(Orders.class)
				.run((context) -> answer.append(context.getBean(Orders.class).ship("lock").get())
					.append(context.getBean(Orders.class).suffix()));
			runner.withBean(Published.class).run((context) -> assertThat(context).hasFailed());
			return answer.toString();
		}

	}

	static class Orders {

		@DistributedLock("orders")
		public CompletableFuture<String> ship(String text) {
			return CompletableFuture.completedFuture(text);
		}

		@DistributedLock("orders")
		public String suffix() {
			return "ed";
		}

	}

	static class Published {

		@DistributedLock("orders")
		public Flow.@Nullable Publisher<String> publish() {
			return null;
		}

	}

}
