package io.github.coordination.backend.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A {@link Driver} in a process of its own.
 */
final class Child implements AutoCloseable {

	private final Process process;

	private final OutputStream commands;

	private final BufferedReader answers;

	private Child(Process process) throws IOException {
		this.process = process;
		this.commands = process.getOutputStream();
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		assertThat(this.answers.readLine()).isEqualTo("ready");
	}

	static Child start(String url, String namespace) throws IOException {
		return start(List.of(), url, namespace);
	}

	/** Start a process that can write no file larger than some KiB. */
	static Child startWithFileLimit(int kibibytes, String url, String namespace) throws IOException {
		return start(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "limited"), url, namespace);
	}

	private static Child start(List<String> wrapper, String url, String namespace) throws IOException {
		List<String> command = new ArrayList<>(wrapper);
		command.addAll(
				List.of(System.getProperty("java.home") + "/bin/java", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
						"-cp", System.getProperty("java.class.path"), Driver.class.getName(), url, namespace));
		return new Child(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
	}

	String ask(String command) throws IOException {
		this.commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
		this.commands.flush();
		return this.answers.readLine();
	}

	void signal(String name) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).start();
		assertThat(kill.waitFor()).isZero();
	}

	/** End it without letting it do anything more. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		assertThat(this.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
