package io.github.coordination.backend.jdbc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

import javax.net.SocketFactory;

/**
 * Makes the sockets on which PostgreSQL tells of changes. Not for applications: it is
 * public because the driver creates it by its name.
 *
 * <p>
 * When a notification has come, the driver looks whether there are more by waiting for
 * them with the shortest timeout a socket has, which is a millisecond: five times as long
 * as all the rest of handing a lock over. Such a read of these sockets returns at once.
 */
public final class ListeningSocketFactory extends SocketFactory {

	private static final int SHORTEST_TIMEOUT = 1;

	/**
	 * Create it. The driver does so.
	 */
	public ListeningSocketFactory() {
	}

	@Override
	public Socket createSocket() {
		return new ListeningSocket();
	}

	@Override
	public Socket createSocket(String host, int port) {
		throw new UnsupportedOperationException("the driver connects by itself");
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
		throw new UnsupportedOperationException("the driver connects by itself");
	}

	@Override
	public Socket createSocket(InetAddress host, int port) {
		throw new UnsupportedOperationException("the driver connects by itself");
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
		throw new UnsupportedOperationException("the driver connects by itself");
	}

	private static final class ListeningSocket extends Socket {

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					if (getSoTimeout() == SHORTEST_TIMEOUT && available() == 0) {
						throw new SocketTimeoutException("nothing has come yet");
					}
					return super.read(bytes, offset, length);
				}

			};
		}

	}

}
