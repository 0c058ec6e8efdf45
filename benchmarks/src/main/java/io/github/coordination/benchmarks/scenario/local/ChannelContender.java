package io.github.coordination.benchmarks.scenario.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of a directory: the operating system's lock on a file. It belongs to the
 * process, so threads stand in line before it.
 */
final class ChannelContender implements Contender {

	@Override
	public String name() {
		return "file-channel";
	}

	@Override
	public Client open(String url) throws IOException {
		Path directory = Path.of(url.substring("file:".length())).resolveSibling("bare");
		Files.createDirectories(directory);
		Map<String, NamedFile> files = new ConcurrentHashMap<>();
		return new Client() {

			@Override
			public Section section(String name) {
				return new ChannelSection(files.computeIfAbsent(name, (key) -> NamedFile.open(directory.resolve(key))));
			}

			@Override
			public void close() {
				files.values().forEach(NamedFile::close);
			}

		};
	}

	private record NamedFile(ReentrantLock threads, FileChannel channel) {

		static NamedFile open(Path path) {
			try {
				return new NamedFile(new ReentrantLock(),
						FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		void close() {
			try {
				this.channel.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	private static final class ChannelSection implements Section {

		private final NamedFile file;

		private @Nullable FileLock lock;

		private ChannelSection(NamedFile file) {
			this.file = file;
		}

		@Override
		public void enter() throws IOException {
			this.file.threads().lock();
			this.lock = this.file.channel().lock();
		}

		@Override
		public void leave() throws IOException {
			if (this.lock != null) {
				this.lock.release();
			}
			this.file.threads().unlock();
		}

	}

}
