package io.github.coordination.benchmarks.scenario;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * One thread of a crowd: enters and leaves its section as often as it can while a round
 * lasts.
 */
final class CrowdThread extends Thread {

	private final Contender.Client client;

	private final String contender;

	private final Plan plan;

	private final int process;

	private final int name;

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final BlockingQueue<Round> rounds = new LinkedBlockingQueue<>();

	CrowdThread(Contender.Client client, String contender, Plan plan, int process, int number) {
		super(contender + "-" + process + "-" + number);
		setDaemon(true);
		this.client = client;
		this.contender = contender;
		this.plan = plan;
		this.process = process;
		this.name = plan.number(process, number);
	}

	CompletableFuture<Void> ready() {
		return this.ready;
	}

	CompletableFuture<Log> order(Window window) {
		Round round = new Round(window, new CompletableFuture<>());
		this.rounds.add(round);
		return round.log();
	}

	void end() {
		interrupt();
	}

	@Override
	public void run() {
		String text = this.plan.name(this.contender, this.name);
		try (Section section = this.client.section(text)) {
			Counters counters = this.plan.counters();
			this.ready.complete(null);
			while (true) {
				Round round = this.rounds.take();
				try {
					round.log().complete(work(section, counters, round.window()));
				}
				catch (Exception ex) {
					round.log().completeExceptionally(ex);
				}
			}
		}
		catch (InterruptedException ex) {
			// the end
		}
		catch (Exception ex) {
			this.ready.completeExceptionally(ex);
		}
	}

	private Log work(Section section, Counters counters, Window window) throws Exception {
		Log log = new Log(this.process, this.name);
		long hold = this.plan.hold().toNanos();
		long now = Waiting.until(window.start());
		while (now - window.end() < 0) {
			long asked = now;
			section.enter();
			long granted = System.nanoTime();
			counters.increment(this.name);
			long leaving = (hold > 0) ? Waiting.until(granted + hold) : System.nanoTime();
			section.leave();
			now = System.nanoTime();
			log.add(asked, granted, leaving, now);
		}
		return log;
	}

	private record Round(Window window, CompletableFuture<Log> log) {
	}

}
