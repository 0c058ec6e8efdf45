package io.github.coordination.sample;

import java.net.BindException;

import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP on the first free port from {@code server.port} on, so that a second instance
 * starts beside the first. It does not look whether a port is free, which another process
 * could take before it is used, but tries to take it.
 */
public class NextFreePort extends Http11NioProtocol {

	private static final int MAX_TRIES = 100;

	@Override
	public void start() throws Exception {
		for (int tries = 1;; tries++) {
			try {
				super.start();
				return;
			}
			catch (BindException ex) {
				if (tries == MAX_TRIES) {
					throw ex;
				}
				setPort(getPort() + 1);
			}
		}
	}

}
