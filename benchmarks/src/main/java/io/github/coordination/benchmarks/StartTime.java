package io.github.coordination.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;

/**
 * What this library adds to the start of an empty application: new JVMs, one with and one
 * without its auto-configurations in turn, from the start of the JVM until the
 * application is ready, with {@code coordination.url=local:start}.
 */
public final class StartTime {

	private static final int WARM_UP = 2;

	private static final int ROUNDS = 10;

	private StartTime() {
	}

	/**
	 * Run it, or be one of the applications.
	 * @param args none to run it
	 * @throws Exception if an application does not start
	 */
	public static void main(String[] args) throws Exception {
		if (args.length > 0) {
			start(args);
			return;
		}
		List<Long> without = new ArrayList<>();
		List<Long> with = new ArrayList<>();
		for (int i = 0; i < WARM_UP + ROUNDS; i++) {
			long bare = run("--spring.autoconfigure.exclude=" + own());
			long ours = run("--coordination.url=local:start");
			if (i >= WARM_UP) {
				without.add(bare);
				with.add(ours);
			}
		}
		long bare = median(without);
		long ours = median(with);
		System.out.printf("without: %d ms %s%nwith: %d ms %s%nadded: %d ms, ratio %.2f%n", bare, without, ours, with,
				ours - bare, (double) ours / bare);
	}

	private static void start(String[] args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.logStartupInfo(false)
			.run(args);
		System.out.println(ManagementFactory.getRuntimeMXBean().getUptime());
		context.close();
	}

	private static String own() {
		String own = CoordinationAutoConfiguration.class.getPackageName();
		return StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, StartTime.class.getClassLoader()).spliterator(),
					false)
			.filter((name) -> name.startsWith(own))
			.collect(Collectors.joining(","));
	}

	private static long run(String argument) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), "-Dlogging.level.root=warn", StartTime.class.getName(), argument)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.directory(new File("."))
			.start();
		String output = new String(process.getInputStream().readAllBytes()).strip();
		if (process.waitFor() != 0) {
			throw new IllegalStateException("The application failed: " + output);
		}
		return Long.parseLong(output.substring(output.lastIndexOf('\n') + 1));
	}

	private static long median(List<Long> values) {
		List<Long> sorted = values.stream().sorted().toList();
		return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
