package io.github.coordination.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ports for the servers of the tests. A port that the system chose for a socket which is
 * closed again may be chosen once more before the server listens on it, for a second
 * socket or for somebody's outgoing connection. So these lie below what Linux chooses
 * from, and each JVM of the build has a block of them to itself: it listens on the
 * block's first port for as long as it lives.
 */
public final class FreePorts {

	private static final int FIRST = 12_000;

	private static final int END = 32_000;

	private static final int BLOCK = 100;

	private static final ServerSocket CLAIM = claim();

	private static int last = CLAIM.getLocalPort();

	private FreePorts() {
	}

	/**
	 * Return a port nobody listens on, which is given to nobody else for a while.
	 * @return the port
	 */
	public static synchronized int take() {
		for (int tried = 1; tried < BLOCK; tried++) {
			last = (last + 1 < CLAIM.getLocalPort() + BLOCK) ? last + 1 : CLAIM.getLocalPort() + 1;
			try (ServerSocket socket = listen(last)) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// a server of this JVM listens there
			}
		}
		throw new IllegalStateException("No port from " + CLAIM.getLocalPort() + " on is free");
	}

	/**
	 * Return ports nobody listens on, no two of them the same.
	 * @param count how many, fewer than a hundred
	 * @return the ports
	 */
	public static List<Integer> take(int count) {
		return Stream.generate(FreePorts::take).limit(count).toList();
	}

	private static ServerSocket claim() {
		for (int port = FIRST; port < END; port += BLOCK) {
			try {
				return listen(port);
			}
			catch (IOException ex) {
				// the block of another JVM
			}
		}
		throw new IllegalStateException("No block of ports between " + FIRST + " and " + END + " is free");
	}

	private static ServerSocket listen(int port) throws IOException {
		return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
	}

}
