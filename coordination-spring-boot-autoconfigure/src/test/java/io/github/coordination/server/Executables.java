package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the programs of servers: what is installed, else what the distribution's package
 * brings, installed at once if this user may do so. Otherwise it says what to run; no
 * test is ever skipped because a server is missing.
 */
public final class Executables {

	private static final List<String> DIRECTORIES = Stream
		.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
				Stream.of("/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin"))
		.filter((directory) -> !directory.isEmpty())
		.distinct()
		.toList();

	private static final Path SERVICE_POLICY = Path.of("/usr/sbin/policy-rc.d");

	private static final Path TURN = Path.of(System.getProperty("java.io.tmpdir"), "coordination-tests-install");

	private Executables() {
	}

	/**
	 * Find a program.
	 * @param name the program's name
	 * @param debianPackage the package that has it
	 * @return where it is
	 * @throws IllegalStateException if it is nowhere and cannot be installed
	 */
	public static synchronized Path find(String name, String debianPackage) {
		return installed(name).orElseGet(() -> install(name, debianPackage));
	}

	/**
	 * Find a program that this release of the distribution has no package for. What an
	 * older release has is copied into a directory of this user's; nothing is installed,
	 * and the machine's sources of packages stay as they are.
	 * @param name the program's name, in {@code /usr/bin} of the package
	 * @param debianPackage the package that has it
	 * @param suite the older release
	 * @return where it is
	 * @throws IllegalStateException if it is nowhere and cannot be fetched
	 */
	public static synchronized Path find(String name, String debianPackage, String suite) {
		return installed(name).orElseGet(() -> {
			Path kept = kept(suite, name);
			if (!Files.isExecutable(kept)) {
				unpack(debianPackage, suite, List.of("download"), "usr/bin/" + name, kept);
			}
			return kept;
		});
	}

	/**
	 * Find a program that needs libraries this release of the distribution does not have,
	 * or whose name another program bears here. Its package is unpacked with all it
	 * depends on into a directory of this user's; nothing is installed, and the machine's
	 * sources of packages stay as they are.
	 * @param name the program's name, in {@code /usr/sbin} of the package
	 * @param debianPackage the package that has it
	 * @param suite the release that has the package
	 * @return the program, started by the loader that fits its libraries
	 * @throws IllegalStateException if it is nowhere and cannot be fetched
	 */
	public static synchronized List<String> command(String name, String debianPackage, String suite) {
		Path kept = kept(suite, debianPackage);
		if (!Files.isDirectory(kept)) {
			unpack(debianPackage, suite, List.of("install", "--download-only", "--yes", "--no-install-recommends"), "",
					kept);
		}
		Path loader = find(kept.resolve("usr/lib"), (file) -> file.getFileName().toString().startsWith("ld-linux-"))
			.stream()
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("There is no loader in " + kept));
		return List.of(loader.toString(), "--library-path", String.valueOf(loader.getParent()),
				kept.resolve("usr/sbin").resolve(name).toString());
	}

	private static Path kept(String suite, String name) {
		return Path.of(System.getProperty("user.home"), ".cache", "coordination-tests", suite, name);
	}

	private static List<Path> find(Path directory, Predicate<Path> wanted) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter(wanted).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Keep a part of what a package consists of, or of what it consists of and needs. */
	private static void unpack(String debianPackage, String suite, List<String> aptCommand, String part, Path target) {
		String remedy = "install the package " + debianPackage + " of " + suite;
		if (installed("apt-get").isEmpty() || installed("dpkg").isEmpty()) {
			throw missing(debianPackage, remedy, "");
		}
		System.out.println("Unpacking the package " + debianPackage + " of " + suite);
		Path work = null;
		try {
			work = Files.createTempDirectory(Files.createDirectories(target.getParent()), debianPackage);
			// apt works as this user, on this one source, without what is installed, and
			// leaves no trace
			Path archives = Files.createDirectories(work.resolve("cache/archives"));
			Files.createDirectories(archives.resolve("partial"));
			Files.createDirectories(work.resolve("state/lists/partial"));
			Path sources = Files.writeString(work.resolve("suite.sources"), sources(suite));
			List<String> apt = List.of("apt-get", "-q", "-o", "Dir::Etc::sourcelist=" + sources, "-o",
					"Dir::Etc::sourceparts=/dev/null", "-o", "Dir::State=" + work.resolve("state"), "-o",
					"Dir::State::status=" + Files.createFile(work.resolve("state/status")), "-o",
					"Dir::Cache=" + work.resolve("cache"), "-o", "Debug::NoLocking=true", "-o",
					"APT::Sandbox::User=" + System.getProperty("user.name"));
			String output = run(archives, concat(apt, "update"))
					+ run(archives, concat(concat(apt, aptCommand.toArray(String[]::new)), debianPackage));
			Path unpacked = Files.createDirectory(work.resolve("unpacked"));
			List<Path> packages = find(archives, (file) -> file.toString().endsWith(".deb"));
			for (Path archive : packages) {
				output += run(work, List.of("dpkg", "-x", archive.toString(), unpacked.toString()));
			}
			if (packages.isEmpty() || Files.notExists(unpacked.resolve(part))) {
				throw missing(debianPackage, remedy, output);
			}
			Files.move(unpacked.resolve(part), target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			// another build may have done the same at this moment
			if (!Files.exists(target)) {
				throw new UncheckedIOException(ex);
			}
		}
		finally {
			if (work != null) {
				ServerProcess.delete(work);
			}
		}
	}

	/** The machine's own source of packages, with another release in it. */
	private static String sources(String suite) throws IOException {
		Matcher release = Pattern.compile("(?m)^VERSION_CODENAME=\"?(\\w+)\"?$")
			.matcher(Files.readString(Path.of("/etc/os-release")));
		if (!release.find()) {
			throw new IOException("/etc/os-release does not name this release");
		}
		Pattern suites = Pattern.compile("(?m)^Suites:(.*\\s)?" + release.group(1) + "(\\s.*)?$");
		Pattern line = Pattern.compile("^deb\\s+(?:\\[(.*)\\]\\s+)?(\\S+)\\s+" + release.group(1) + "\\s.*");
		for (Path file : sourceFiles()) {
			String text = Files.readString(file);
			for (String stanza : text.split("\n\\s*\n")) {
				Matcher found = suites.matcher(stanza);
				if (found.find()) {
					return found.replaceFirst("Suites: " + suite) + "\n";
				}
			}
			for (String each : text.split("\n")) {
				Matcher found = line.matcher(each);
				if (found.matches()) {
					Matcher key = Pattern.compile("signed-by=(\\S+)").matcher(String.valueOf(found.group(1)));
					return "Types: deb\nURIs: " + found.group(2) + "\nSuites: " + suite + "\nComponents: main\n"
							+ (key.find() ? "Signed-By: " + key.group(1) + "\n" : "");
				}
			}
		}
		throw new IOException("no source of packages of " + release.group(1) + " was found");
	}

	private static List<Path> sourceFiles() throws IOException {
		List<Path> files = new ArrayList<>();
		Path parts = Path.of("/etc/apt/sources.list.d");
		if (Files.isDirectory(parts)) {
			try (Stream<Path> all = Files.list(parts)) {
				all.filter((file) -> file.toString().matches(".*\\.(list|sources)")).sorted().forEach(files::add);
			}
		}
		if (Files.isReadable(Path.of("/etc/apt/sources.list"))) {
			files.add(Path.of("/etc/apt/sources.list"));
		}
		return files;
	}

	private static List<String> concat(List<String> command, String... more) {
		return Stream.concat(command.stream(), Stream.of(more)).toList();
	}

	private static Optional<Path> installed(String name) {
		return DIRECTORIES.stream()
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static Path install(String name, String debianPackage) {
		String line = "apt-get install -y --no-install-recommends " + debianPackage;
		if (installed("apt-get").isEmpty() || !"root".equals(System.getProperty("user.name"))) {
			throw missing(name, "run\n    sudo " + line, "");
		}
		// several JVMs of one build may miss the same program at once
		try (FileChannel turn = FileChannel.open(TURN, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			turn.lock();
			Optional<Path> found = installed(name);
			if (found.isPresent()) {
				return found.get();
			}
			System.out.println("Installing the package " + debianPackage + ", for its " + name);
			String output = withoutServices(line);
			return installed(name).orElseThrow(() -> missing(name, "run\n    " + line, output));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A package starts its service when it is installed, unless the machine's policy
	 * forbids it.
	 */
	private static String withoutServices(String line) throws IOException {
		boolean unset = Files.notExists(SERVICE_POLICY);
		try {
			if (unset) {
				Files.writeString(SERVICE_POLICY, "#!/bin/sh\nexit 101\n");
				Files.setPosixFilePermissions(SERVICE_POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
			}
			Path here = Path.of("/");
			return run(here, List.of("apt-get", "update")) + run(here, List.of(line.split(" ")));
		}
		finally {
			if (unset) {
				Files.deleteIfExists(SERVICE_POLICY);
			}
		}
	}

	private static IllegalStateException missing(String name, String remedy, String output) {
		return new IllegalStateException("The program " + name + " is not installed, and tests need it: " + remedy
				+ "\nor leave its backend out with -Dcoordination.without=NAME."
				+ (output.isEmpty() ? "" : "\n" + output));
	}

	private static String run(Path directory, List<String> command) throws IOException {
		Path log = Files.createTempFile("install", ".log");
		try {
			ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(log.toFile());
			builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
			Process process = builder.start();
			if (!process.waitFor(5, TimeUnit.MINUTES)) {
				process.destroyForcibly();
			}
			return Files.readString(log);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while installing", ex);
		}
		finally {
			Files.deleteIfExists(log);
		}
	}

}
