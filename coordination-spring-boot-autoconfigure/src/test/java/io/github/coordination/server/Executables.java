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
		Path kept = Path.of(System.getProperty("user.home"), ".cache", "coordination-tests", suite, name);
		return installed(name).orElseGet(() -> {
			if (!Files.isExecutable(kept)) {
				unpack(name, debianPackage, suite, kept);
			}
			return kept;
		});
	}

	private static void unpack(String name, String debianPackage, String suite, Path target) {
		String help = "the package " + debianPackage + " of " + suite;
		if (installed("apt-get").isEmpty() || installed("dpkg").isEmpty()) {
			throw missing(name, "install " + help, "");
		}
		System.out.println("Unpacking the package " + debianPackage + " of " + suite + ", for its " + name);
		Path work = ServerProcess.newDirectory("package");
		try {
			// apt works as this user, on this one source, and leaves no trace
			Files.createDirectories(work.resolve("lists/partial"));
			Files.createDirectories(work.resolve("cache/archives/partial"));
			Path sources = Files.writeString(work.resolve("older.sources"), sources(suite));
			List<String> apt = List.of("apt-get", "-q", "-o", "Dir::Etc::sourcelist=" + sources, "-o",
					"Dir::Etc::sourceparts=/dev/null", "-o", "Dir::State::lists=" + work.resolve("lists"), "-o",
					"Dir::Cache=" + work.resolve("cache"), "-o", "Debug::NoLocking=true", "-o",
					"APT::Sandbox::User=" + System.getProperty("user.name"));
			String output = run(work, concat(apt, "update")) + run(work, concat(apt, "download", debianPackage));
			Path archive;
			try (Stream<Path> files = Files.list(work)) {
				archive = files.filter((file) -> file.toString().endsWith(".deb"))
					.findFirst()
					.orElseThrow(() -> missing(name, "install " + help, output));
			}
			String unpacking = run(work,
					List.of("dpkg", "-x", archive.toString(), work.resolve("unpacked").toString()));
			Path program = work.resolve("unpacked/usr/bin").resolve(name);
			if (!Files.isExecutable(program)) {
				throw missing(name, "install " + help, unpacking);
			}
			Files.createDirectories(target.getParent());
			// another build may do the same at this moment
			Path copy = target.resolveSibling(name + "-" + ProcessHandle.current().pid());
			Files.copy(program, copy, StandardCopyOption.COPY_ATTRIBUTES);
			Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			ServerProcess.delete(work);
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
