package io.github.coordination.backend.consul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Passes requests on to a real Consul, and can answer as one that is in trouble would.
 */
final class ConsulDouble implements AutoCloseable {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Map<String, Set<Integer>> connections = new ConcurrentHashMap<>();

	private final Queue<Rule> rules = new ConcurrentLinkedQueue<>();

	private final HttpServer server;

	private final int target;

	private volatile UnaryOperator<String> indexes = UnaryOperator.identity();

	ConsulDouble(int target) {
		this.target = target;
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.createContext("/", this::handle);
		this.server.setExecutor(this.executor);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/** What was asked so far, method and path with its query. */
	List<String> requests() {
		return this.requests;
	}

	/** The ports from which requests came whose method and path begin so. */
	Set<Integer> connections(String start) {
		Set<Integer> ports = new HashSet<>();
		this.connections.forEach((asked, used) -> {
			if (asked.startsWith(start)) {
				ports.addAll(used);
			}
		});
		return ports;
	}

	/** Answer the next request whose method and path begin so, in place of Consul. */
	void answerNext(String start, int status, String body) {
		this.rules.add(new Rule(start, status, true, (ignored) -> body));
	}

	/** Answer the next request that begins so as something in between would. */
	void answerNextAsAProxy(String start, int status, String body) {
		this.rules.add(new Rule(start, status, false, (ignored) -> body));
	}

	/** Change the body of Consul's answer to the next request that begins so. */
	void changeNext(String start, UnaryOperator<String> change) {
		this.rules.add(new Rule(start, 0, true, change));
	}

	/** Change the index in all answers from now on. */
	void changeIndexes(UnaryOperator<String> change) {
		this.indexes = change;
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
			this.requests.add(asked);
			this.connections.computeIfAbsent(asked, (key) -> ConcurrentHashMap.newKeySet())
				.add(exchange.getRemoteAddress().getPort());
			Rule rule = this.rules.peek();
			if (rule == null || !asked.startsWith(rule.start()) || !this.rules.remove(rule)) {
				rule = new Rule("", 0, true, UnaryOperator.identity());
			}
			HttpResponse<String> response = (rule.status() == 0) ? ask(exchange) : null;
			String index = (response != null) ? response.headers().firstValue("X-Consul-Index").orElse("1") : "1";
			if (rule.fromConsul()) {
				exchange.getResponseHeaders().set("X-Consul-Index", this.indexes.apply(index));
			}
			byte[] body = rule.body().apply((response != null) ? response.body() : "").getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders((response != null) ? response.statusCode() : rule.status(),
					(body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private HttpResponse<String> ask(HttpExchange exchange) throws IOException, InterruptedException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		URI uri = URI.create("http://127.0.0.1:" + this.target + exchange.getRequestURI());
		return this.client.send(HttpRequest.newBuilder(uri)
			.method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
			.build(), BodyHandlers.ofString());
	}

	private record Rule(String start, int status, boolean fromConsul, UnaryOperator<String> body) {
	}

}
