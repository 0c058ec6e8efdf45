package io.github.coordination.autoconfigure;

import java.util.Map;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.Partitioned;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.test.autoconfigure.AutoConfigureCoordination;
import io.github.coordination.test.memory.TestCoordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that was processed ahead of time, and runs so on this JVM.
 */
@Timeout(120)
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private final TestGenerationContext generation = new TestGenerationContext();

	@Test
	void annotationsWork() {
		run(Application.class, Map.of("coordination.url", "local:ahead-of-time", "coordination.member-id", "node-1"),
				(context) -> {
					Orders orders = context.getBean(Orders.class);
					Coordinator coordinator = context.getBean(Coordinator.class);
					assertThat(AopUtils.isCglibProxy(orders)).isTrue();
					assertThat(orders.ship(coordinator, "1", null)).isPositive();
					assertThat(orders.move(coordinator)).isTrue();
					await().until(() -> "billed".equals(orders.bill()));
					await().until(() -> "1".equals(orders.route("1")));
					await().until(() -> context.getBean(Listener.class).granted);
					assertThat(coordinator.group("workers").isUp("node-1")).isTrue();
				});
	}

	@Test
	void storeIsChosenWhenItRuns() {
		run(Application.class, Map.of("coordination.url", "local:another?expire=true"),
				(context) -> assertThat(context.getBean(Coordinator.class).guarantees().characteristics())
					.doesNotContain(Characteristic.NON_TIMEOUT_BASED));
	}

	@Test
	void annotatedMethodsAreKept() {
		RuntimeHints hints = new RuntimeHints();
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Orders.class, Guarded.class);

		for (String method : new String[] { "ship", "move", "route", "bill" }) {
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Orders.class, method)).accepts(hints);
		}
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(Guarded.class)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)).accepts(hints);
	}

	@Test
	void coordinatorOfATestIsReplaced() {
		run(TestedApplication.class, Map.of("coordination.url", "zookeeper://nobody.invalid"), (context) -> {
			TestCoordination coordination = context.getBean(TestCoordination.class);
			assertThat(context.getBean(Coordinator.class)).isSameAs(coordination.coordinator());
			coordination.grantLeadership("billing");
			assertThat(context.getBean(Orders.class).bill()).isEqualTo("billed");
		});
	}

	private ClassName process(Class<?> application) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(application);
			ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
			this.generation.writeGeneratedContent();
			return initializer;
		}
	}

	private void run(Class<?> application, Map<String, Object> properties,
			Consumer<GenericApplicationContext> assertions) {
		ClassName name = process(application);
		TestCompiler.forSystem().with(this.generation).compile((compiled) -> {
			SpringProperties.setFlag("spring.aot.enabled");
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
				initializer(compiled.getInstance(ApplicationContextInitializer.class, name.toString()))
					.initialize(context);
				context.refresh();
				assertions.accept(context);
			}
			finally {
				SpringProperties.setProperty("spring.aot.enabled", null);
			}
		});
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(
			ApplicationContextInitializer<?> generated) {
		return (ApplicationContextInitializer<GenericApplicationContext>) generated;
	}

	/**
	 * What is processed.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Application {

		@Bean
		Orders orders() {
			return new Orders();
		}

		@Bean
		Guarded guarded() {
			return new Guarded();
		}

		@Bean
		Listener listener() {
			return new Listener();
		}

	}

	/**
	 * The same as a test has it.
	 */
	@Configuration(proxyBeanMethods = false)
	@AutoConfigureCoordination
	static class TestedApplication extends Application {

	}

	/**
	 * A bean with annotated methods.
	 */
	@GroupMember("workers")
	static class Orders {

		@DistributedLock(name = "order", key = "#id")
		public long ship(Coordinator coordinator, String id, FencingToken token) {
			assertThat(coordinator.lock("order:" + id).tryAcquire()).isEmpty();
			return token.value();
		}

		@DistributedLock("from")
		@DistributedLock("to")
		public boolean move(Coordinator coordinator) {
			return coordinator.locks("from", "to").tryAcquire().isEmpty();
		}

		@Partitioned(group = "workers", key = "#key")
		public String route(String key) {
			return key;
		}

		@LeaderOnly("billing")
		public String bill() {
			return "billed";
		}

	}

	/**
	 * A bean whose class is annotated.
	 */
	@DistributedLock("guarded")
	static class Guarded {

		public void work() {
		}

	}

	/**
	 * Listens for the grant.
	 */
	static class Listener {

		private volatile boolean granted;

		@EventListener
		void on(LeaderGrantedEvent event) {
			this.granted = true;
		}

	}

}
