package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.coordination.benchmarks.scenario.contender.Contender;

/**
 * The threads of one process that take part in a scenario with one contender. They share
 * a client, live through all rounds and keep their sections.
 */
final class Crowd implements AutoCloseable {

	private final Contender.Client client;

	private final List<CrowdThread> threads = new ArrayList<>();

	/**
	 * Let the threads of a process come.
	 * @param contender what they use
	 * @param url the store
	 * @param plan what they do
	 * @param process the number of this process among those that take part
	 */
	Crowd(Contender contender, String url, Plan plan, int process) throws Exception {
		this.client = contender.open(url);
		try {
			for (int i = 0; i < plan.threads(); i++) {
				this.threads.add(new CrowdThread(this.client, contender.name(), plan, process, i));
			}
			this.threads.forEach(CrowdThread::start);
			Waiting.forAll(this.threads.stream().map(CrowdThread::ready).toList());
		}
		catch (Exception ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Do a round. Blocks until it is over.
	 * @param window when it is
	 * @return what the threads did
	 */
	ArrayList<Log> run(Window window) throws Exception {
		List<CompletableFuture<Log>> logs = this.threads.stream().map((thread) -> thread.order(window)).toList();
		return new ArrayList<>(Waiting.forAll(logs));
	}

	@Override
	public void close() {
		this.threads.forEach(CrowdThread::end);
		this.client.close();
	}

}
