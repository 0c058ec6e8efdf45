package io.github.coordination.benchmarks.scenario.etcd;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.EtcdServer;

/**
 * One etcd server. Its requests are the messages it received from clients.
 */
public final class EtcdStore implements Store {

	private static final Pattern RECEIVED = Pattern.compile("(?m)^grpc_server_msg_received_total\\{.*} (\\S+)$");

	@Override
	public String name() {
		return "etcd";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new BareContender(), new JetcdContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		EtcdServer server = EtcdServer.start();
		return new Server("etcd://127.0.0.1:" + server.port(), server);
	}

	@Override
	public long requests(String url) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint(url) + "/metrics"))
			.timeout(Duration.ofSeconds(10))
			.build();
		String metrics = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
		double count = 0;
		Matcher received = RECEIVED.matcher(metrics);
		while (received.find()) {
			count += Double.parseDouble(received.group(1));
		}
		return (long) count;
	}

	/** What etcd's own clients call this url. */
	static String endpoint(String url) {
		return "http://" + URI.create(url).getAuthority();
	}

}
