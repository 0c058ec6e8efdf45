package io.github.coordination.benchmarks.scenario;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Another process of this machine, with this one's class path, that does what it is told,
 * one order after the other.
 */
final class RemoteSite implements AutoCloseable {

	private final Process process;

	private final ObjectOutputStream orders;

	private final ObjectInputStream answers;

	private final ExecutorService exchange = Executors.newSingleThreadExecutor((task) -> {
		Thread thread = new Thread(task, "remote-site");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Start it. Blocks until it listens.
	 */
	RemoteSite() throws IOException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		this.process = new ProcessBuilder(
				List.of(java, "-cp", System.getProperty("java.class.path"), SiteMain.class.getName()))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		this.orders = new ObjectOutputStream(this.process.getOutputStream());
		this.orders.flush();
		this.answers = new ObjectInputStream(this.process.getInputStream());
	}

	/**
	 * Give an order. Returns at once.
	 * @param order what to do
	 * @return the answer
	 */
	<R extends Serializable> Future<R> send(Order<R> order) {
		return this.exchange.submit(() -> {
			this.orders.writeObject(order);
			this.orders.flush();
			return received();
		});
	}

	@SuppressWarnings("unchecked")
	private <R extends Serializable> R received() throws IOException, ClassNotFoundException {
		Object answer = this.answers.readObject();
		if (answer instanceof SiteMain.Failure failure) {
			throw new IllegalStateException("In another process: " + failure.message());
		}
		return (R) answer;
	}

	/** Let it close its clients and end. */
	@Override
	public void close() {
		this.exchange.shutdownNow();
		try {
			this.process.getOutputStream().close();
			if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The process " + this.process.pid() + " does not end");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

}
