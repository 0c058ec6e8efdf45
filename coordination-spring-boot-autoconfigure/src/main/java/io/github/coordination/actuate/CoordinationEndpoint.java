package io.github.coordination.actuate;

import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.context.ApplicationEventPublisher;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.FencingToken;
import io.github.coordination.LockQueue;

/**
 * Shows what this process coordinates and, where access is unrestricted, lets an operator
 * intervene. Every intervention is logged as a warning and published as an
 * {@link AuditApplicationEvent}, whether or not it changed anything. Safe for use by
 * several threads.
 */
@Endpoint(id = "coordination", defaultAccess = Access.READ_ONLY)
public class CoordinationEndpoint {

	/**
	 * Type of the audit event of {@link #standDown}.
	 */
	public static final String STAND_DOWN = "COORDINATION_STAND_DOWN";

	/**
	 * Type of the audit event of {@link #forceRelease}.
	 */
	public static final String FORCE_RELEASE = "COORDINATION_FORCE_RELEASE";

	private static final Log logger = LogFactory.getLog(CoordinationEndpoint.class);

	private static final String LOCKS = "locks";

	private static final String ELECTIONS = "elections";

	private final Coordinator coordinator;

	private final ApplicationEventPublisher publisher;

	/**
	 * Create an endpoint.
	 * @param coordinator what to show
	 * @param publisher where audit events go
	 */
	public CoordinationEndpoint(Coordinator coordinator, ApplicationEventPublisher publisher) {
		this.coordinator = coordinator;
		this.publisher = publisher;
	}

	/**
	 * Show what this process has. Does not ask the store.
	 * @return the coordinator as this process knows it
	 */
	@ReadOperation
	public CoordinatorSnapshot coordination() {
		return this.coordinator.snapshot();
	}

	/**
	 * Ask the store who holds a lock and who waits for it.
	 * @param kind {@code locks}
	 * @param name the segments of the lock's name, which may contain slashes
	 * @return the queue, {@code null} if the kind is another
	 */
	@ReadOperation
	public @Nullable LockQueue queue(@Selector String kind, @Selector(match = Match.ALL_REMAINING) String[] name) {
		return (LOCKS.equals(kind) && name.length > 0) ? this.coordinator.queue(String.join("/", name)) : null;
	}

	/**
	 * Give the leadership of an election to the next candidate, and queue again behind
	 * the others. Waits until the listeners were told, or their time limit passed.
	 * @param security who asks
	 * @param kind {@code elections}
	 * @param name the segments of the election's name
	 * @return what was done: nothing if this process does not lead
	 * @throws InterruptedException if interrupted while waiting; the change goes on
	 */
	@WriteOperation
	public Intervention standDown(SecurityContext security, @Selector String kind,
			@Selector(match = Match.ALL_REMAINING) String[] name) throws InterruptedException {
		String election = require(ELECTIONS, kind, name);
		return intervene(security, STAND_DOWN, "election", election, null, () -> {
			// an election that nobody here knows is not made by asking for it
			boolean leading = this.coordinator.snapshot()
				.elections()
				.stream()
				.anyMatch((each) -> each.leading() && each.name().equals(election));
			return leading && this.coordinator.election(election).standDown();
		});
	}

	/**
	 * Take a lock away from its holder by deleting the holder's entry in the store.
	 * <strong>A holder in another process is not told</strong> and works on, beside the
	 * next one, until it releases the lock: only a resource that compares fencing tokens
	 * refuses it. Ending its process is safer. See {@link Coordinator#forceRelease}.
	 * @param security who asks
	 * @param kind {@code locks}
	 * @param name the segments of the lock's name
	 * @param token the token of the holder, as {@link #queue} shows it, so that nobody
	 * who was granted the lock meanwhile is hit
	 * @return what was done: nothing if no holder has that token
	 */
	@DeleteOperation
	public Intervention forceRelease(SecurityContext security, @Selector String kind,
			@Selector(match = Match.ALL_REMAINING) String[] name, long token) {
		String lock = require(LOCKS, kind, name);
		return intervene(security, FORCE_RELEASE, "lock", lock, token,
				() -> this.coordinator.forceRelease(lock, new FencingToken(token)));
	}

	private <E extends Exception> Intervention intervene(SecurityContext security, String type, String what,
			String name, @Nullable Long token, Operation<E> operation) throws E {
		Principal principal = security.getPrincipal();
		String operator = (principal != null) ? principal.getName() : "anonymous";
		String outcome = "failed";
		try {
			boolean done = operation.run();
			outcome = done ? "done" : "nothing to do";
			return new Intervention(name, token, done);
		}
		finally {
			Map<String, @Nullable Object> data = new LinkedHashMap<>();
			data.put(what, name);
			if (token != null) {
				data.put("token", token);
			}
			data.put("outcome", outcome);
			// names come from the request: none of them may begin a line of its own
			logger.warn((operator + " asked for " + type + " " + data).replaceAll("\\p{Cntrl}", "?"));
			publish(new AuditApplicationEvent(operator, type, data));
		}
	}

	/** What became of the intervention is told, whatever a listener makes of it. */
	private void publish(AuditApplicationEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.error("A listener failed on the audit event " + event.getAuditEvent().getType(), ex);
		}
	}

	private static String require(String expected, String kind, String[] name) {
		if (!expected.equals(kind) || name.length == 0) {
			throw new InvalidEndpointRequestException("the path is not coordination/" + expected + "/{name}",
					"Write coordination/" + expected + "/ and a name.");
		}
		return String.join("/", name);
	}

	/**
	 * What became of an intervention.
	 *
	 * @param name the election or lock
	 * @param token the holder's token, {@code null} for an election
	 * @param done whether anything was changed
	 */
	public record Intervention(String name, @Nullable Long token, boolean done) {
	}

	@FunctionalInterface
	private interface Operation<E extends Exception> {

		boolean run() throws E;

	}

}
