package io.github.coordination.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Group;
import io.github.coordination.Leader;
import io.github.coordination.Member;

/**
 * Instances of the application in JVMs of their own, seen through a coordinator that
 * takes no part. What they print is in {@code target/instances}.
 */
final class Instances implements AutoCloseable {

	private final Path home;

	private final Map<String, Process> processes = new LinkedHashMap<>();

	private final Coordinator observer;

	private final Thread atExit = new Thread(this::kill);

	Instances(Path home) {
		this.home = home;
		this.observer = Coordinator
			.connect(CoordinatorOptions.of("file:" + home.resolve("coordination")).withNamespace("payments"));
		Runtime.getRuntime().addShutdownHook(this.atExit);
	}

	void start(String member, String... arguments) throws IOException {
		Path output = Files.createDirectories(Path.of("target/instances")).resolve(member + ".log");
		List<String> command = Stream
			.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
					"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
					PaymentsApplication.class.getName(), "--payments.home=" + this.home, "--server.port=0",
					"--payments.shipped-file=", "--coordination.member-id=" + member), Stream.of(arguments))
			.toList();
		this.processes.put(member,
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start());
	}

	/** What {@code kill -9} does. */
	void kill(String member) throws InterruptedException {
		process(member).destroyForcibly().waitFor();
	}

	/** What Ctrl-C does, nearly. */
	int stop(String member) throws InterruptedException {
		process(member).destroy();
		return process(member).waitFor();
	}

	List<String> members() {
		return group().members().stream().map(Member::id).toList();
	}

	/** Those that say that they own slots. */
	List<String> working() {
		return group().members()
			.stream()
			.filter((member) -> !member.metadata().getOrDefault("slots", "0").equals("0"))
			.map(Member::id)
			.toList();
	}

	String leader() {
		return this.observer.election(Inbox.ELECTION).leader().map(Leader::member).map(Member::id).orElse("");
	}

	@Override
	public void close() {
		kill();
		this.processes.values().forEach((process) -> process.onExit().join());
		this.observer.close();
		Runtime.getRuntime().removeShutdownHook(this.atExit);
	}

	private void kill() {
		this.processes.values().forEach(Process::destroyForcibly);
	}

	private Group group() {
		return this.observer.group(Membership.GROUP);
	}

	private Process process(String member) {
		Process process = this.processes.get(member);
		if (process == null) {
			throw new IllegalArgumentException(member + " was never started");
		}
		return process;
	}

}
