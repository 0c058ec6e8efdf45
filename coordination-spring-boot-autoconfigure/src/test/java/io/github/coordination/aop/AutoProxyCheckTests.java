package io.github.coordination.aop;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AutoProxyCheck}.
 */
class AutoProxyCheckTests extends AnnotationSupport {

	@Test
	void beanThatIsMadeBeforeProxiesIsRefused() {
		this.runner.withUserConfiguration(EarlyConfiguration.class).run((context) -> {
			assertThat(context).hasFailed();
			InvalidAnnotationException failure = failure(context.getStartupFailure());
			assertThat(failure.place()).contains("'early'").contains(Early.class.getName());
			assertThat(failure.problem()).contains("unprotected");
		});
	}

	@Test
	void readyMadeObjectIsLeftAlone() {
		this.runner.withInitializer((context) -> context.getBeanFactory().registerSingleton("readyMade", new Early()))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class Early {

		@DistributedLock("a")
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyConfiguration {

		@Bean
		static Early early() {
			return new Early();
		}

		@Bean
		static EarlyPostProcessor eager(Early early) {
			return new EarlyPostProcessor();
		}

	}

	/** Made before the post-processor that makes proxies is in use. */
	static class EarlyPostProcessor implements BeanPostProcessor, Ordered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

}
