package io.github.coordination.backend.file;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.support.NameEncoder;

/**
 * Serves {@code file:} and {@code ipc:}. {@code file:/path}, {@code file:///path} and, on
 * Windows, {@code file:C:/path} name a directory; {@code file:path} is resolved against
 * the working directory. {@code ipc:name} is a directory of the user's in
 * {@code /dev/shm}, or where that does not exist, as on macOS and Windows, in the
 * temporary directory. Neither has options.
 */
public final class FileBackendProvider implements BackendProvider {

	private static final Path SHARED_MEMORY = Path.of("/dev/shm");

	private static final NameEncoder NAMES = new NameEncoder(120, false);

	@Override
	public Set<String> schemes() {
		return Set.of("file", "ipc");
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of();
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		url.requireOptions(Set.of());
		return new FileBackend(url.scheme().equals("ipc") ? sharedMemory(url) : List.of(directory(url)), config);
	}

	private static Path directory(BackendUrl url) {
		if (!url.authority().isEmpty() || !url.userInfo().isEmpty() || url.path().isEmpty()) {
			throw new ConfigurationException(BackendUrl.SETTING, "it names no directory of this machine.",
					"Write file:/path, file:///path or file:relative/path.");
		}
		// file:///C:/path
		String path = url.path().matches("/[A-Za-z]:/.*") && !SHARED_MEMORY.isAbsolute() ? url.path().substring(1)
				: url.path();
		try {
			return Path.of(path).toAbsolutePath().normalize();
		}
		catch (InvalidPathException ex) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"its path is none on this machine: " + ex.getReason() + ".", "Name a directory.");
		}
	}

	private static List<Path> sharedMemory(BackendUrl url) {
		if (!url.authority().isEmpty() || !url.userInfo().isEmpty() || url.path().isEmpty()) {
			throw new ConfigurationException(BackendUrl.SETTING, "it has no name.", "Write ipc:name.");
		}
		Path base = Files.isDirectory(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
		Path own = base.toAbsolutePath().resolve("coordination-" + NAMES.encode(System.getProperty("user.name")));
		return List.of(own, own.resolve(NAMES.encode(url.path())));
	}

}
