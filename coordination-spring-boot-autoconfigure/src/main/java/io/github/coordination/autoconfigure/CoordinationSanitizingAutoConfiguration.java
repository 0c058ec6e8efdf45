package io.github.coordination.autoconfigure;

import java.util.Locale;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;

/**
 * Auto-configuration of what Boot's endpoints {@code env} and {@code configprops} show of
 * {@code coordination.url} where they may show values: no userinfo and no options.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class CoordinationSanitizingAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "coordinationSanitizingFunction")
	SanitizingFunction coordinationSanitizingFunction() {
		return SanitizingFunction.of(CoordinationSanitizingAutoConfiguration::withoutSecrets)
			.ifKeyMatches((key) -> key.toLowerCase(Locale.ROOT).replace('_', '.').equals(BackendUrl.SETTING));
	}

	private static SanitizableData withoutSecrets(SanitizableData data) {
		try {
			return data.withValue(BackendUrl.parse(String.valueOf(data.getValue())).toString());
		}
		catch (ConfigurationException ex) {
			// nobody can tell what of it is secret
			return data.withSanitizedValue();
		}
	}

}
