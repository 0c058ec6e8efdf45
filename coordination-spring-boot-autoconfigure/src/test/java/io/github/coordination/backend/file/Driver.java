package io.github.coordination.backend.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.coordination.ClientSource;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.TestEnvironment;

/**
 * A backend and a session of another process, or another class loader, that do what they
 * are told: a word and its arguments in, a line out.
 */
public final class Driver implements Function<String, String> {

	private final TestEnvironment environment = new TestEnvironment();

	private final BackendConfig config;

	private final CoordinationBackend backend;

	private final BackendSession session;

	private Entry last;

	private int attempts;

	public Driver(String url, String namespace) {
		this.config = new BackendConfig(BackendUrl.parse(url), namespace, Duration.ofSeconds(15),
				Duration.ofMillis(2500), this.environment.environment(), ClientSource.of());
		this.backend = new FileBackendProvider().create(this.config);
		this.session = this.backend.open(Duration.ofSeconds(15));
	}

	public static void main(String[] args) throws IOException {
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		Driver driver = new Driver(args[0], args[1]);
		System.out.println("ready");
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			System.out.println(driver.apply(line));
		}
		System.exit(0);
	}

	@Override
	public String apply(String command) {
		String[] words = command.split(" ");
		Directory directory = new Directory(this.config.namespace(), "lock", words[1]);
		try {
			return switch (words[0]) {
				case "enqueue" -> enqueue(directory);
				case "delete" -> Boolean.toString(this.session.delete(this.last));
				case "create" ->
					Boolean.toString(this.backend.create(directory.entry(words[2]), new byte[9]).isPresent());
				case "list" -> list(directory);
				case "renew" -> this.session.renew().storeIdentity();
				case "fill" -> fill(directory);
				case "enter" -> enter(directory);
				case "write" -> write(directory);
				case "stop" -> stop();
				default -> throw new IllegalArgumentException(command);
			};
		}
		catch (CoordinationException ex) {
			return "error " + ex;
		}
	}

	private String enqueue(Directory directory) {
		Optional<Placement> placement = this.session.enqueue(directory, this.session.id() + "." + this.attempts++, "x",
				new byte[10], Integer.MAX_VALUE);
		this.last = placement.orElseThrow().entry();
		return placement.get().ahead().size() + " " + this.last.createRevision();
	}

	private String list(Directory directory) {
		return this.backend.list(directory).stream().map(Entry::id).collect(Collectors.joining(" "));
	}

	private String fill(Directory directory) {
		int i = 0;
		try {
			while (i < 100_000) {
				this.backend.create(directory.entry("entry-" + i), new byte[1000]);
				i++;
			}
			return i + " never";
		}
		catch (CoordinationException ex) {
			return i + " " + ex.getClass().getSimpleName() + " " + this.backend.list(directory).size();
		}
	}

	/** Enter a directory's stripe and stay in it. */
	private String enter(Directory directory) {
		FileBackend file = (FileBackend) this.backend;
		Path document = file.store().file(directory);
		file.store().locks().enter(StripeLocks.stripe(document.getFileName().toString()), file.store().deadline());
		return "entered";
	}

	/** Write without end. */
	private String write(Directory directory) {
		for (int thread = 0; thread < 3; thread++) {
			int number = thread;
			Thread writer = new Thread(() -> write(directory, number));
			writer.setDaemon(true);
			writer.start();
		}
		return "writing";
	}

	private void write(Directory directory, int number) {
		Directory own = new Directory(directory.namespace(), "lock", directory.name() + number);
		try {
			for (int i = 0;; i++) {
				String attempt = this.session.id() + "." + number + "-" + i;
				for (Directory each : List.of(directory, own)) {
					this.session
						.delete(this.session.enqueue(each, attempt, "x", new byte[i % 1500], 99).orElseThrow().entry());
				}
			}
		}
		catch (SessionLostException ex) {
			// it was told to stop
		}
	}

	private String stop() {
		this.session.close();
		this.backend.close();
		this.environment.close();
		return "stopped";
	}

}
