package io.github.coordination.benchmarks.scenario.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.ServerProcess;

/**
 * One ZooKeeper server, run as operators do: the one of the tests is started for speed of
 * starting, compiles little and forces nothing to the disk. Its requests are the packets
 * it received.
 */
public final class ZooKeeperStore implements Store {

	private static final Pattern RECEIVED = Pattern.compile("Received: (\\d+)");

	/** How often it was asked from here: it counts that too. */
	private final AtomicLong questions = new AtomicLong();

	@Override
	public String name() {
		return "zookeeper";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new BareContender(), new CuratorContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		int port = FreePorts.take();
		Path directory = ServerProcess.newDirectory("zookeeper");
		Path configuration = directory.resolve("zoo.cfg");
		try {
			Files.writeString(configuration, """
					tickTime=500
					dataDir=%s
					clientPort=%d
					clientPortAddress=127.0.0.1
					admin.enableServer=false
					maxClientCnxns=0
					""".formatted(directory, port));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		ServerProcess process = ServerProcess.start("zookeeper", directory,
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
						System.getProperty("java.class.path"), "org.apache.zookeeper.server.ZooKeeperServerMain",
						configuration.toString()))
			.awaitPort(port);
		return new Server("zookeeper://127.0.0.1:" + port, process);
	}

	@Override
	public long requests(String url) throws IOException {
		URI uri = URI.create(url);
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			Matcher received = RECEIVED.matcher(answer);
			if (!received.find()) {
				throw new IOException("ZooKeeper does not tell its counters: " + answer);
			}
			return Long.parseLong(received.group(1)) - this.questions.incrementAndGet();
		}
	}

	/** What ZooKeeper's own clients call this url. */
	static String connectString(String url) {
		URI uri = URI.create(url);
		return uri.getAuthority() + uri.getPath();
	}

}
