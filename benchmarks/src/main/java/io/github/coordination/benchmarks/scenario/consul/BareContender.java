package io.github.coordination.benchmarks.scenario.consul;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of Consul: two PUTs, one that has a session acquire a key and one that
 * has it release the key. The client is set up as this library's is.
 */
final class BareContender implements Contender {

	@Override
	public String name() {
		return "bare";
	}

	@Override
	public Client open(String url) throws Exception {
		HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.executor(Runnable::run)
			.build();
		String server = "http://" + URI.create(url).getAuthority() + "/v1/";
		String answer = put(client, server + "session/create",
				"{\"LockDelay\":\"0s\",\"Checks\":[],\"NodeChecks\":[]}");
		// {"ID":"..."}
		String session = answer.split("\"")[3];
		return new Client() {

			@Override
			public Section section(String name) {
				String key = server + "kv/bare/" + name;
				return new BareSection(client, key + "?acquire=" + session, key + "?release=" + session);
			}

			@Override
			public void close() {
				try {
					put(client, server + "session/destroy/" + session, "");
				}
				catch (IOException | InterruptedException ex) {
					throw new IllegalStateException("The session does not end", ex);
				}
			}

		};
	}

	private static String put(HttpClient client, String uri, String body) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
			.timeout(Duration.ofSeconds(Section.WAIT_SECONDS))
			.PUT(BodyPublishers.ofString(body))
			.build();
		return client.send(request, BodyHandlers.ofString()).body();
	}

	private record BareSection(HttpClient client, String acquire, String release) implements Section {

		@Override
		public void enter() throws Exception {
			Attempts.repeat(() -> put(this.client, this.acquire, "").startsWith("true"));
		}

		@Override
		public void leave() throws Exception {
			if (!put(this.client, this.release, "").startsWith("true")) {
				throw new IllegalStateException("The key was another session's");
			}
		}

	}

}
