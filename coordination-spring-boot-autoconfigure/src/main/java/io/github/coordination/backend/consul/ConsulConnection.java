package io.github.coordination.backend.consul;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.backend.consul.Keys.Pair;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Deadline;

/**
 * What can be asked of Consul. A read that fails is {@link BackendUnavailableException}:
 * it changes nothing, whatever has become of it.
 */
final class ConsulConnection {

	private static final int OK = 200;

	private static final int FORBIDDEN = 403;

	private static final int NOT_FOUND = 404;

	private static final int CONFLICT = 409;

	private static final int TOO_MANY_REQUESTS = 429;

	private static final int SERVER_ERROR = 500;

	private static final int SHOWN = 200;

	/** Why an operation of a step is refused to a token. */
	private static final String DENIED = "Permission denied";

	/** How the answer begins that there is no such session. */
	private static final String NO_SESSION = "Session id";

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

	private final Http http;

	private final String query;

	/** Set when the agent has let this client do what it needs. */
	private volatile boolean accepted;

	ConsulConnection(Http http, String datacenter) {
		this.http = http;
		this.query = datacenter.isEmpty() ? "" : "&dc=" + datacenter;
	}

	/** When a call that begins now must have ended. */
	Deadline deadline() {
		return this.http.deadline();
	}

	void close() {
		this.http.close();
	}

	/** Read a pair, or all whose keys begin so, as the quorum knows them. */
	List<Pair> read(String key, boolean recurse, Deadline deadline) {
		Answer answer = ask(get("kv/" + key, recurse ? "recurse&consistent" : "consistent"), false, deadline);
		return understood(answer, false, ConsulConnection::pairs);
	}

	/** Try a step of several operations: all of them are done, or none. */
	Outcome step(boolean writes, Deadline deadline, String... operations) {
		return step(writes, deadline, List.of(operations));
	}

	/** Try a step of several operations: all of them are done, or none. */
	Outcome step(boolean writes, Deadline deadline, List<String> operations) {
		String body = "[" + String.join(",", operations) + "]";
		Answer answer = ask(put("txn", writes ? "" : "consistent", body), writes, deadline);
		Outcome outcome = understood(answer, writes, (json) -> outcome(json, writes));
		if (outcome.why().contains(DENIED)) {
			throw forbidden(outcome.why());
		}
		return outcome;
	}

	/**
	 * Open a session.
	 * @return its id, or {@code null} if the ttl is none that the server allows
	 */
	@Nullable String createSession(Duration ttl, Deadline deadline) {
		// no checks: a pause of the agent's health check must not end it; no delay: it
		// would hinder nobody but those who come back to a key of their own
		String body = "{\"Name\":\"coordination\",\"TTL\":\"" + ttl.toMillis()
				+ "ms\",\"Behavior\":\"delete\",\"LockDelay\":\"0s\",\"Checks\":[],\"NodeChecks\":[]}";
		Answer answer = answer(this.http.send(put("session/create", "", body), true, deadline));
		if (answer.status != OK && answer.body.contains("Invalid Session TTL")) {
			return null;
		}
		String id = understood(checked(answer, true), true,
				(json) -> requireId(field((Map<?, ?>) Json.read(json), "ID", String.class)));
		this.accepted = true;
		return id;
	}

	/**
	 * Renew a session.
	 * @return its ttl as the server says it, or {@code null} if there is no such session
	 */
	@Nullable String renewSession(String id, Deadline deadline) {
		Answer answer = answer(this.http.sendFirst(put("session/renew/" + id, "", ""), true, deadline));
		if (answer.status == NOT_FOUND && answer.body.contains(NO_SESSION)) {
			return null;
		}
		return understood(checked(answer, true), true,
				(json) -> field((Map<?, ?>) ((List<?>) Json.read(json)).get(0), "TTL", String.class));
	}

	/** Read a pair for a renewal, which waits for nothing else. */
	List<Pair> readFirst(String key, Deadline deadline) {
		Answer answer = checked(answer(this.http.sendFirst(get("kv/" + key, "consistent"), false, deadline)), false);
		return understood(answer, false, ConsulConnection::pairs);
	}

	/** Whether a session exists, as the quorum knows it. */
	boolean hasSession(String id, Deadline deadline) {
		Answer answer = ask(get("session/info/" + id, "consistent"), false, deadline);
		return understood(answer, false, (json) -> !((List<?>) Json.read(json)).isEmpty());
	}

	/** Count the servers that agree on every change. */
	int servers(Deadline deadline) {
		Answer answer = ask(get("status/peers", ""), false, deadline);
		return understood(answer, false, (json) -> ((List<?>) Json.read(json)).size());
	}

	/**
	 * Whether the agent takes its node out of the cluster, and with it all sessions, when
	 * it is stopped: agents that are no servers do so unless they are told otherwise. Not
	 * every token may ask.
	 */
	boolean leavesWhenStopped(Deadline deadline) {
		try {
			return understood(ask(get("agent/self", ""), false, deadline), false, (json) -> {
				Map<?, ?> self = (Map<?, ?>) Json.read(json);
				Map<?, ?> settings = field(self, "DebugConfig", Map.class);
				return Boolean.FALSE.equals(field(self, "Config", Map.class).get("Server"))
						&& (Boolean.TRUE.equals(settings.get("LeaveOnTerm"))
								|| Boolean.FALSE.equals(settings.get("SkipLeaveOnInt")));
			});
		}
		catch (CoordinationException ex) {
			return false;
		}
	}

	/** End a session; its keys go in the same step. */
	void destroySession(String id, Deadline deadline) {
		ask(put("session/destroy/" + id, "", ""), true, deadline);
	}

	/**
	 * Read all pairs whose keys begin so, when there is something newer than an index.
	 * Whoever calls must cancel it if that takes too long.
	 * @param index the index of the last view
	 * @param wait how long the server shall wait for news
	 */
	CompletableFuture<HttpResponse<String>> poll(String start, long index, Duration wait) {
		String since = (index > 0) ? "&index=" + index + "&wait=" + wait.toMillis() + "ms" : "";
		return this.http.start(get("kv/" + start, "recurse" + since));
	}

	/** Read a view at once. */
	View view(String start, Deadline deadline) {
		return view(this.http.send(get("kv/" + start, "recurse"), false, deadline));
	}

	/** Read a view from the answer to a poll. */
	View view(HttpResponse<String> response) {
		Answer answer = checked(answer(response), false);
		return understood(answer, false, (json) -> new View(answer.index, pairs(json)));
	}

	@Override
	public String toString() {
		return this.http.toString();
	}

	private Answer ask(HttpRequest request, boolean write, Deadline deadline) {
		return checked(answer(this.http.send(request, write, deadline)), write);
	}

	/** What a token may do can change while it is used. */
	private CoordinationException forbidden(String why) {
		if (this.accepted) {
			return new BackendUnavailableException("Consul at " + this + " refuses it: " + why);
		}
		return new ConfigurationException(BackendUrl.SETTING, "Consul refuses what is needed: " + why + ".",
				"Give a token that may write keys and sessions, as consul://:token@host:8500.");
	}

	private HttpRequest get(String path, String query) {
		return this.http.request("GET", path(path, query), "");
	}

	private HttpRequest put(String path, String query, String body) {
		return this.http.request("PUT", path(path, query), body);
	}

	/** Keys are made of letters, digits, {@code ._-~/} and {@code %}. */
	private String path(String path, String query) {
		return "/v1/" + path.replace("%", "%25") + "?" + query + this.query;
	}

	private static Answer answer(HttpResponse<String> response) {
		return new Answer(response.statusCode(), response.headers().firstValueAsLong("X-Consul-Index").orElse(0),
				response.body());
	}

	/** Let through what is an answer to what was asked. */
	private Answer checked(Answer answer, boolean write) {
		if (answer.isNothing()) {
			return answer;
		}
		switch (answer.status) {
			case OK, CONFLICT:
				return answer;
			case FORBIDDEN:
				throw forbidden(answer.shown());
			case TOO_MANY_REQUESTS:
				throw new BackendUnavailableException("Consul at " + this + " has too many requests");
			default:
				// the server may have lost its leader with the step on its way
				throw this.http.failed(write && answer.status >= SERVER_ERROR,
						"it answered " + answer.status + ", " + answer.shown(), null);
		}
	}

	private <T> T understood(Answer answer, boolean write, Reader<T> reader) {
		try {
			return reader.read(answer.isNothing() ? "[]" : answer.body);
		}
		catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException ex) {
			throw this.http.failed(write, "its answer cannot be understood", ex);
		}
	}

	/** It goes into paths and steps as it is. */
	private static String requireId(String id) {
		if (!ID.matcher(id).matches()) {
			throw new IllegalArgumentException("no id of a session");
		}
		return id;
	}

	private static List<Pair> pairs(String json) {
		List<Pair> pairs = new ArrayList<>();
		for (Object each : (List<?>) Json.read(json)) {
			pairs.add(pair((Map<?, ?>) each));
		}
		return pairs;
	}

	private static Outcome outcome(String json, boolean writes) {
		Map<?, ?> answer = (Map<?, ?>) Json.read(json);
		List<Pair> pairs = new ArrayList<>();
		if (answer.get("Results") instanceof List<?> results) {
			for (Object result : results) {
				pairs.add(pair(field((Map<?, ?>) result, "KV", Map.class)));
			}
		}
		List<Integer> refused = new ArrayList<>();
		String why = "";
		if (answer.get("Errors") instanceof List<?> errors) {
			for (Object error : errors) {
				refused.add(field((Map<?, ?>) error, "OpIndex", Long.class).intValue());
				why = String.valueOf(((Map<?, ?>) error).get("What"));
			}
		}
		if (writes && pairs.isEmpty() && refused.isEmpty()) {
			throw new IllegalArgumentException("neither done nor refused");
		}
		return new Outcome(pairs, refused, why);
	}

	private static Pair pair(Map<?, ?> pair) {
		// flags of others may need 64 bits
		long flags = (pair.get("Flags") instanceof Long number) ? number : -1;
		String value = (pair.get("Value") instanceof String text) ? text : "";
		String session = (pair.get("Session") instanceof String text && !text.isEmpty()) ? text : null;
		return new Pair(field(pair, "Key", String.class), flags, value, session, field(pair, "CreateIndex", Long.class),
				field(pair, "ModifyIndex", Long.class));
	}

	private static <T> T field(Map<?, ?> object, String name, Class<T> type) {
		Object value = object.get(name);
		if (type.isInstance(value)) {
			return type.cast(value);
		}
		throw new IllegalArgumentException("no " + name);
	}

	private interface Reader<T> {

		T read(String json);

	}

	private record Answer(int status, long index, String body) {

		/** Consul says at which moment there was nothing; what is in between does not. */
		boolean isNothing() {
			return this.status == NOT_FOUND && this.index > 0;
		}

		/** Consul's message; it never repeats a token. */
		String shown() {
			String text = this.body.strip().replaceAll("\\s+", " ");
			return (text.length() > SHOWN) ? text.substring(0, SHOWN) : text;
		}

	}

	/**
	 * What became of a step.
	 *
	 * @param pairs what its operations wrote and read
	 * @param refused numbers of the operations for which it was refused; none if it was
	 * done
	 * @param why what was said of the last of them
	 */
	record Outcome(List<Pair> pairs, List<Integer> refused, String why) {

		boolean isDone() {
			return this.refused.isEmpty();
		}

	}

	/**
	 * What there was at a moment.
	 *
	 * @param index the moment
	 * @param pairs what there was
	 */
	record View(long index, List<Pair> pairs) {
	}

}
