package io.github.coordination.benchmarks.scenario.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of memcached: an add of a key with a time to live, and a delete, over a
 * connection of each section's own.
 */
final class MemcachedContender implements Contender {

	@Override
	public String name() {
		return "bare";
	}

	@Override
	public Client open(String url) {
		return new Client() {

			@Override
			public Section section(String name) throws IOException {
				return new BareSection(new MemcachedLine(URI.create(url)), "bare/" + name);
			}

			@Override
			public void close() {
			}

		};
	}

	private record BareSection(MemcachedLine line, String key) implements Section {

		@Override
		public void enter() throws Exception {
			Attempts.repeat(() -> this.line.ask("add " + this.key + " 0 15 0\r\n\r\n").equals("STORED"));
		}

		@Override
		public void leave() throws IOException {
			this.line.ask("delete " + this.key + "\r\n");
		}

		@Override
		public void close() {
			try {
				this.line.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
