package io.github.coordination.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.FileSystemUtils;

/**
 * What this library adds to the start of an empty application: new JVMs, one with and one
 * without it on the class path in turn, from the start of the JVM until the application
 * is ready, with {@code coordination.url=local:start}.
 */
public final class StartTime {

	private static final int WARM_UP = 2;

	/**
	 * With ten, medians of two runs on one machine differ by half of what is measured.
	 */
	private static final int ROUNDS = 40;

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
		Path application = Files.createTempDirectory("start-time");
		List<Path> libraries = libraries();
		String bareClassPath = classPath(application, libraries.stream().filter((library) -> !isOurs(library)));
		String classPath = classPath(application, libraries.stream());
		copy(application, StartTime.class, Application.class);
		List<Long> without = new ArrayList<>();
		List<Long> with = new ArrayList<>();
		for (int i = 0; i < WARM_UP + ROUNDS; i++) {
			long bare = run(bareClassPath);
			long ours = run(classPath);
			if (i >= WARM_UP) {
				without.add(bare);
				with.add(ours);
			}
		}
		FileSystemUtils.deleteRecursively(application);
		long bare = median(without);
		long ours = median(with);
		System.out.printf("without: %d ms %s%nwith: %d ms %s%nadded: %d ms, ratio %.2f%n", bare, without, ours, with,
				ours - bare, (double) ours / bare);
	}

	/** What the manifest of the benchmarks names, but for the tests' part of ours. */
	private static List<Path> libraries() throws Exception {
		Path benchmarks = Path.of(StartTime.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (JarFile jar = new JarFile(benchmarks.toFile())) {
			String names = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
			return Stream.of(names.split(" "))
				.map(benchmarks::resolveSibling)
				.filter((library) -> !isOurs(library) || !library.toString().endsWith("-tests.jar"))
				.toList();
		}
	}

	private static boolean isOurs(Path library) {
		return library.getFileName().toString().startsWith("coordination-spring-boot");
	}

	private static String classPath(Path application, Stream<Path> libraries) {
		return Stream.concat(Stream.of(application), libraries)
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static void copy(Path target, Class<?>... types) throws IOException {
		for (Class<?> type : types) {
			String file = type.getName().replace('.', '/') + ".class";
			Path copy = target.resolve(file);
			Files.createDirectories(copy.getParent());
			try (InputStream code = type.getClassLoader().getResourceAsStream(file)) {
				Files.copy(code, copy);
			}
		}
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

	private static long run(String classPath) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, "-Dlogging.level.root=warn", StartTime.class.getName(), "--coordination.url=local:start")
			.redirectError(ProcessBuilder.Redirect.INHERIT)
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
