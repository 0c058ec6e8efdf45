package io.github.coordination.benchmarks.scenario;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.ServerProcess;

/**
 * The program: runs scenarios against one store, with everybody who takes part there. It
 * prints tables, and writes the figures of all rounds into a file. Its exit status is 1
 * if somebody failed or broke mutual exclusion.
 */
public final class Scenarios {

	private static final String USAGE = """
			java -cp benchmarks/target/benchmarks.jar %s STORE [key=value]...
			  STORE       one of %s
			  scenario    of %s; all by default
			  contender   names as in the tables; all by default
			  against     who the others are set against; the first, the bare limit, by default
			  rounds      7; every round has everybody once
			  millis      700, the length of a round; each warms up for twice that
			  idle        30 s that a store is watched while nothing is asked of it
			  url         where the store is; one is started by default
			  out         where the figures of all rounds go, target/scenarios-STORE.csv by default
			""";

	private final Options options;

	private final Store store;

	private final CsvFile csv = new CsvFile();

	private boolean failed;

	private Scenarios(Options options) {
		this.options = options;
		this.store = Stores.named(options.store());
		options.contenders().forEach((name) -> Stores.contender(options.store(), name));
		options.against().forEach((name) -> Stores.contender(options.store(), name));
	}

	public static void main(String[] args) {
		// processes started from here have other working directories
		System.setProperty("java.class.path",
				Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toAbsolutePath().toString())
					.collect(Collectors.joining(File.pathSeparator)));
		Scenarios scenarios;
		try {
			scenarios = new Scenarios(Options.parse(args));
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage() + "\n" + usage());
			System.exit(2);
			return;
		}
		try {
			scenarios.run();
		}
		catch (Exception | LinkageError ex) {
			ex.printStackTrace();
			scenarios.failed = true;
		}
		// threads of libraries must not keep it alive
		System.exit(scenarios.failed ? 1 : 0);
	}

	private static String usage() {
		return USAGE.formatted(Scenarios.class.getName(), Stores.ALL.stream().map(Store::name).toList(),
				ScenarioCatalog.all().stream().map(Scenario::id).toList());
	}

	private void run() throws Exception {
		List<Scenario> scenarios = this.options.scenarios().isEmpty() ? ScenarioCatalog.all()
				: this.options.scenarios().stream().map(ScenarioCatalog::named).toList();
		System.out.println("# " + this.store.name() + "\n\n" + machine());
		String url = this.options.url();
		Path directory = ServerProcess.newDirectory("scenarios");
		try (Store.Server server = (url != null) ? new Store.Server(url, () -> {
		}) : this.store.start()) {
			Setting setting = new Setting(this.store, server.url(), this.options.length(), this.options.idle(),
					directory);
			for (Scenario scenario : scenarios) {
				Rounds rounds = new Rounds(scenario, setting, this.options);
				if (rounds.hasContenders()) {
					report(scenario, rounds.run());
				}
			}
		}
		finally {
			ServerProcess.delete(directory);
			this.csv.write(out());
		}
		System.out.println("Every round: " + out() + ". At the end, " + load());
	}

	private void report(Scenario scenario, Results results) {
		List<String> against = this.options.against().isEmpty() ? List.of(this.store.contenders().get(0).name())
				: this.options.against();
		System.out.println(new Table(scenario, results, against));
		this.csv.add(this.store.name(), scenario, results);
		this.failed |= !results.failures().isEmpty();
	}

	private String machine() {
		Duration length = this.options.length();
		return "JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
				+ this.options.rounds() + " rounds of " + length.toMillis() + " ms. At the beginning, " + load() + "\n";
	}

	private static String load() {
		return "load average " + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() + ".";
	}

	private Path out() throws Exception {
		Path out = this.options.out();
		Path program = Path.of(Scenarios.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		return (out != null) ? out : program.resolveSibling("scenarios-" + this.store.name() + ".csv");
	}

}
