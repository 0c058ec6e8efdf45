package io.github.coordination.sample;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;

/**
 * Settings of the sample.
 *
 * @param home where the database and the folders are; instances with the same home work
 * together
 * @param openingBalance what an account holds, in cents, when a payment first names it
 * @param thinkTime how long a posting computes between its read and its write
 * @param shippedFile the file that goes to the inbox by itself, once
 */
@ConfigurationProperties("payments")
record PaymentsProperties(Path home, @DefaultValue("1000000") long openingBalance,
		@DefaultValue("0ms") Duration thinkTime, @Nullable Resource shippedFile) {
}
