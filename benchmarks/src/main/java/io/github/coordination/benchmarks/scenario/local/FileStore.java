package io.github.coordination.benchmarks.scenario.local;

import java.nio.file.Path;
import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.ServerProcess;

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
		Path directory = ServerProcess.newDirectory("scenarios");
		return new Server("file:" + directory.resolve("store"), () -> ServerProcess.delete(directory));
	}

	@Override
	public Reach reach() {
		return Reach.MACHINE;
	}

}
