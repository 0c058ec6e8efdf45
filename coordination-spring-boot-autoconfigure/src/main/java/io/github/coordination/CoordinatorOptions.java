package io.github.coordination;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * The store and how to use it. Immutable; start with {@link #of(String)} and change what
 * differs.
 *
 * @param url the store's url; its scheme chooses the backend
 * @param namespace part of every key, so that two applications on one store do not share
 * names; {@code default} by default
 * @param memberId the id in groups and elections; {@code null}, the default, makes a new
 * one for every coordinator
 * @param ttl how long the store keeps the session of a process it does not hear of, 15 s
 * by default; renewed every third of it, each call limited to a sixth of it
 * @param connectTimeout how long connecting may take, 10 s by default
 * @param revocationTimeout how long listeners may take to stop work on a voluntary change
 * before it goes on without them, 10 s by default
 * @param slots the number of slots of a partitioner, 256 by default, the same for
 * everybody who partitions a group
 * @param clients where a url that is a scheme alone finds the application's client; none
 * by default
 * @param callbackThreads makes the threads on which listeners are called, which may be
 * virtual; {@code null}, the default, makes up to 64 daemon threads
 */
public record CoordinatorOptions(String url, String namespace, @Nullable String memberId, Duration ttl,
		Duration connectTimeout, Duration revocationTimeout, int slots, ClientSource clients,
		@Nullable ThreadFactory callbackThreads) {

	private static final int MAX_SLOTS = 65_536;

	public CoordinatorOptions {
		if (url.isBlank()) {
			throw new ConfigurationException("coordination.url", "it is empty.",
					"Set it to a store, such as file:/var/lib/app/coordination.");
		}
		requirePositive("coordination.ttl", ttl);
		requirePositive("coordination.connect-timeout", connectTimeout);
		requirePositive("coordination.revocation-timeout", revocationTimeout);
		if (slots < 1 || slots > MAX_SLOTS) {
			throw new ConfigurationException("coordination.slots", slots + " is not between 1 and " + MAX_SLOTS + ".",
					"Use the same number everywhere, such as the default of 256.");
		}
	}

	/**
	 * Return the defaults for a store.
	 * @param url the store's url
	 * @return the options
	 */
	public static CoordinatorOptions of(String url) {
		return new CoordinatorOptions(url, "default", null, Duration.ofSeconds(15), Duration.ofSeconds(10),
				Duration.ofSeconds(10), 256, ClientSource.of(), null);
	}

	/**
	 * Return the same options with another namespace.
	 * @param namespace part of every key
	 * @return the new options
	 */
	public CoordinatorOptions withNamespace(String namespace) {
		return new CoordinatorOptions(this.url, namespace, this.memberId, this.ttl, this.connectTimeout,
				this.revocationTimeout, this.slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with another member id.
	 * @param memberId the id, unique among living processes
	 * @return the new options
	 */
	public CoordinatorOptions withMemberId(@Nullable String memberId) {
		return new CoordinatorOptions(this.url, this.namespace, memberId, this.ttl, this.connectTimeout,
				this.revocationTimeout, this.slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with another session ttl.
	 * @param ttl how long the store keeps a silent session
	 * @return the new options
	 */
	public CoordinatorOptions withTtl(Duration ttl) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, ttl, this.connectTimeout,
				this.revocationTimeout, this.slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with another limit for connecting.
	 * @param connectTimeout how long connecting may take
	 * @return the new options
	 */
	public CoordinatorOptions withConnectTimeout(Duration connectTimeout) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, this.ttl, connectTimeout,
				this.revocationTimeout, this.slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with another limit for listeners that are being revoked.
	 * @param revocationTimeout how long they may take
	 * @return the new options
	 */
	public CoordinatorOptions withRevocationTimeout(Duration revocationTimeout) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, this.ttl, this.connectTimeout,
				revocationTimeout, this.slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with another number of partition slots.
	 * @param slots the number of slots
	 * @return the new options
	 */
	public CoordinatorOptions withSlots(int slots) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, this.ttl, this.connectTimeout,
				this.revocationTimeout, slots, this.clients, this.callbackThreads);
	}

	/**
	 * Return the same options with clients of the application.
	 * @param clients where a url that is a scheme alone, such as {@code redis:}, finds
	 * the client to use
	 * @return the new options
	 */
	public CoordinatorOptions withClients(ClientSource clients) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, this.ttl, this.connectTimeout,
				this.revocationTimeout, this.slots, clients, this.callbackThreads);
	}

	/**
	 * Return the same options with threads of one's own for listeners.
	 * @param callbackThreads makes a thread for each listener that runs; idle ones are
	 * used again for a few seconds
	 * @return the new options
	 */
	public CoordinatorOptions withCallbackThreads(@Nullable ThreadFactory callbackThreads) {
		return new CoordinatorOptions(this.url, this.namespace, this.memberId, this.ttl, this.connectTimeout,
				this.revocationTimeout, this.slots, this.clients, callbackThreads);
	}

	/**
	 * Name the options without the url, which may hold a password.
	 */
	@Override
	public String toString() {
		return "CoordinatorOptions[scheme=" + scheme() + ", namespace=" + this.namespace + ", memberId=" + this.memberId
				+ ", ttl=" + this.ttl + "]";
	}

	/**
	 * Return the scheme of the url, which is all of it that may be shown.
	 * @return the scheme as written, {@code ?} if the url has none
	 */
	public String scheme() {
		// what stands before the colon is a password too, if somebody forgot the scheme
		String scheme = this.url.substring(0, Math.max(this.url.indexOf(':'), 0));
		return scheme.matches("[A-Za-z][A-Za-z0-9+.-]*") ? scheme : "?";
	}

	private static void requirePositive(String setting, Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			throw new ConfigurationException(setting, duration + " is not a positive duration.",
					"Use a duration such as 15s.");
		}
	}

}
