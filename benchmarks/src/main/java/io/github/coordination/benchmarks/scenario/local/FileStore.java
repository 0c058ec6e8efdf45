package io.github.coordination.benchmarks.scenario.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * A directory of this machine, set against the lock of the operating system.
 */
public final class FileStore implements Store {

	@Override
	public String name() {
		return "file";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new ChannelContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		try {
			Path directory = Files.createTempDirectory("coordination-scenarios-");
			return new Server("file:" + directory.resolve("store"), () -> delete(directory));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public Reach reach() {
		return Reach.MACHINE;
	}

	private static void delete(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
	}

}
