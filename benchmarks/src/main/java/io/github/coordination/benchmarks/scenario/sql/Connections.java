package io.github.coordination.benchmarks.scenario.sql;

import java.net.URI;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * A pool as Spring Boot makes it, for those who do not bring connections of their own.
 */
final class Connections {

	/** What our url says beside what drivers need. */
	static final String WITH_TABLES = "?initialize-schema=always";

	/** One for each thread that may want one at a time. */
	private static final int SIZE = 10;

	private Connections() {
	}

	/** What drivers call one of our short urls. */
	static String jdbc(String url) {
		URI uri = URI.create(url);
		String[] user = uri.getUserInfo().split(":");
		return "jdbc:" + uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort() + uri.getPath() + "?user="
				+ user[0] + "&password=" + user[1];
	}

	static HikariDataSource open(String url) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(jdbc(url));
		config.setMaximumPoolSize(SIZE);
		return new HikariDataSource(config);
	}

}
