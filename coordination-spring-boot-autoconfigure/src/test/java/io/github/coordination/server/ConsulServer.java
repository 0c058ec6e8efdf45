package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Consul server of its own, in memory, and a client of it that shares nothing with the
 * one under test. It lets sessions have ttls from a second on.
 */
public final class ConsulServer implements AutoCloseable {

	private static ConsulServer shared;

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port = FreePorts.take();

	private final ServerProcess process;

	private final String token;

	private ConsulServer(Path directory, String settings, String scheme, String token) {
		this.token = token;
		int tlsPort = scheme.equals("https") ? this.port : -1;
		int plainPort = scheme.equals("https") ? -1 : this.port;
		String ports = "{\"dns\":-1,\"grpc\":-1,\"serf_wan\":-1,\"http\":" + plainPort + ",\"https\":" + tlsPort
				+ ",\"serf_lan\":" + FreePorts.take() + ",\"server\":" + FreePorts.take() + "}";
		// all clients of the tests come from one address
		write(directory.resolve("base.json"),
				"{\"session_ttl_min\":\"1s\",\"limits\":{\"http_max_conns_per_client\":2000},"
						+ "\"log_level\":\"warn\",\"node_name\":\"test\",\"ports\":" + ports + "}");
		write(directory.resolve("more.json"), settings);
		this.process = ServerProcess.start("consul", directory,
				List.of(Executables.find("consul", "consul", "bullseye").toString(), "agent", "-dev", "-bind",
						"127.0.0.1", "-client", "127.0.0.1", "-config-file", "base.json", "-config-file", "more.json"))
			.awaitPort(this.port);
		if (scheme.equals("http")) {
			this.process.await("an elected server", () -> call("GET", "status/leader", "").contains(":"));
		}
	}

	/**
	 * Return the server that all tests of this JVM share, started when first asked for.
	 * @return the server
	 */
	public static synchronized ConsulServer shared() {
		if (shared == null) {
			shared = start("{}");
		}
		return shared;
	}

	/**
	 * Start a server.
	 * @param settings further settings of it, JSON
	 * @return the server
	 */
	public static ConsulServer start(String settings) {
		return new ConsulServer(ServerProcess.newDirectory("consul"), settings, "http", "");
	}

	/**
	 * Start a server that refuses whoever has no token.
	 * @param token the token that may do everything
	 * @return the server
	 */
	public static ConsulServer startGuarded(String token) {
		return new ConsulServer(ServerProcess.newDirectory("consul"),
				"{\"acl\":{\"enabled\":true,\"default_policy\":\"deny\",\"tokens\":{\"master\":\"" + token + "\"}}}",
				"http", token);
	}

	/**
	 * Start a server that speaks TLS only and asks clients for a certificate.
	 * @param certificates what it shows, and whom it trusts
	 * @return the server; its own client cannot speak to it
	 */
	public static ConsulServer start(Certificates certificates) {
		return new ConsulServer(ServerProcess.newDirectory("consul"),
				"{\"verify_incoming_https\":true,\"ca_file\":\"" + certificates.ca() + "\",\"cert_file\":\""
						+ certificates.server() + "\",\"key_file\":\"" + certificates.serverKey() + "\"}",
				"https", "");
	}

	/**
	 * Return where clients connect to.
	 * @return its port on 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the process.
	 * @return the process
	 */
	public ServerProcess process() {
		return this.process;
	}

	/**
	 * End a session as if it had expired; its keys go.
	 * @param sessionId the session's id
	 */
	public void destroy(String sessionId) {
		call("PUT", "session/destroy/" + sessionId, "");
	}

	/**
	 * Make a request.
	 * @param method the method
	 * @param path what stands behind {@code /v1/}, encoded
	 * @param body the body
	 * @return the body of the answer, whatever its status
	 */
	public String call(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/v1/" + path))
			.timeout(Duration.ofSeconds(10))
			.method(method, BodyPublishers.ofString(body));
		if (!this.token.isEmpty()) {
			request.header("X-Consul-Token", this.token);
		}
		try {
			HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
			return response.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.process.close();
	}

	private static void write(Path file, String text) {
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
