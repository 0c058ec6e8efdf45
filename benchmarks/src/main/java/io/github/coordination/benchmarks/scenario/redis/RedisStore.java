package io.github.coordination.benchmarks.scenario.redis;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.RedisServer;

/**
 * Redis without persistence. Its requests are counted as the server executes them, those
 * inside scripts included.
 */
public final class RedisStore implements Store {

	private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+)");

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new SpringContender(), new LettuceContender(), new RedissonContender(),
				new IntegrationContender(), new ShedLockContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		RedisServer server = RedisServer.start("--appendonly", "no");
		return new Server(server.url(), server);
	}

	@Override
	public long requests(String url) throws IOException {
		URI uri = URI.create(url);
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.setSoTimeout(10_000);
			// a client would say hello and more, and all of that would be counted
			socket.getOutputStream().write("INFO commandstats\r\n".getBytes(StandardCharsets.US_ASCII));
			return count(reply(socket.getInputStream()));
		}
	}

	private static String reply(InputStream in) throws IOException {
		StringBuilder header = new StringBuilder();
		for (int next = in.read(); next != '\n'; next = in.read()) {
			if (next < 0) {
				throw new IOException("Redis closed the connection");
			}
			header.append((char) next);
		}
		if (header.charAt(0) != '$') {
			throw new IOException("Redis does not tell its counters");
		}
		int length = Integer.parseInt(header.substring(1).trim());
		return new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

	private static long count(String stats) {
		long count = 0;
		Matcher calls = CALLS.matcher(stats);
		while (calls.find()) {
			if (!calls.group(1).equals("info")) {
				count += Long.parseLong(calls.group(2));
			}
		}
		return count;
	}

}
