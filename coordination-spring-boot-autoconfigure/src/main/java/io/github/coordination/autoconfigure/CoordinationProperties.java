package io.github.coordination.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

import io.github.coordination.ConfigurationException;
import io.github.coordination.aop.CallDefaults;
import io.github.coordination.spi.Directory;

/**
 * Properties of the coordination starter.
 *
 * @param url URL of the store, whose scheme chooses the backend. When it is not set, the
 * processes of one user on one machine coordinate through files; on a cloud platform it
 * must be set.
 * @param namespace Namespace of all names, so that two applications can share a store.
 * When it is not set, the application's name is used.
 * @param memberId Id of this process in groups and elections, unique among living
 * processes. When it is not set, every start gets a new one.
 * @param ttl How long the store keeps the session of a process that it does not hear of.
 * @param connectTimeout How long to wait for the store at start before giving up.
 * @param revocationTimeout How long listeners may take to stop their work when leadership
 * or partitions move to another process.
 * @param waitTime How long an annotated method waits for its lock where the annotation
 * does not say.
 * @param maxHold Upper bound of holding the lock of an annotated method where the
 * annotation does not say. When it is not set, a lock is held as long as its call takes.
 * @param slots Number of slots into which keys are partitioned, the same for all members
 * of a group.
 * @param autoJoin Whether to stand for elections and to join groups when the application
 * is ready.
 * @param elections Comma-separated list of elections to stand for, in addition to those
 * of leader-only methods. When no election is named anywhere and a listener for leader
 * events exists, the application stands for the election 'default'.
 * @param groups Comma-separated list of groups whose changes are published as events, in
 * addition to those that beans are members of.
 * @param partitions Comma-separated list of groups whose partitions are shared among
 * their members, and whose changes are published as events, in addition to those of
 * partitioned methods.
 * @param require Comma-separated list of what the store must promise for the application
 * to start: a level or a better one, and characteristics.
 * @param jdbc properties of SQL databases
 * @param ssl properties of TLS
 */
@ConfigurationProperties("coordination")
record CoordinationProperties(@Nullable String url, @Nullable String namespace, @Nullable String memberId, Duration ttl,
		Duration connectTimeout, Duration revocationTimeout, Duration waitTime, @Nullable Duration maxHold,
		Integer slots, Boolean autoJoin, List<String> elections, List<String> groups, List<String> partitions,
		Set<Requirement> require, @NestedConfigurationProperty CoordinationJdbcProperties jdbc,
		@NestedConfigurationProperty CoordinationSslProperties ssl) implements CallDefaults {

	/**
	 * Create properties.
	 * @throws ConfigurationException if a value cannot work
	 */
	CoordinationProperties {
		// what is not set is null here. Not by @DefaultValue: to convert that from text
		// takes a tenth of what the library adds to the start of an application
		ttl = Objects.requireNonNullElse(ttl, Duration.ofSeconds(15));
		connectTimeout = Objects.requireNonNullElse(connectTimeout, Duration.ofSeconds(10));
		revocationTimeout = Objects.requireNonNullElse(revocationTimeout, Duration.ofSeconds(10));
		waitTime = Objects.requireNonNullElse(waitTime, Duration.ofSeconds(10));
		slots = Objects.requireNonNullElse(slots, 256);
		autoJoin = Objects.requireNonNullElse(autoJoin, true);
		if (waitTime.isNegative()) {
			throw new ConfigurationException("coordination.wait-time", waitTime + " is negative.",
					"Use 0s to ask once, or a duration such as 10s.");
		}
		if (maxHold != null && (maxHold.isNegative() || maxHold.isZero())) {
			throw new ConfigurationException("coordination.max-hold", maxHold + " is not positive.",
					"Use a duration such as 10m, or leave it out.");
		}
		elections = requireNames("coordination.elections", Objects.requireNonNullElse(elections, List.of()));
		groups = requireNames("coordination.groups", Objects.requireNonNullElse(groups, List.of()));
		partitions = requireNames("coordination.partitions", Objects.requireNonNullElse(partitions, List.of()));
		jdbc = Objects.requireNonNullElse(jdbc, CoordinationJdbcProperties.DEFAULTS);
		ssl = Objects.requireNonNullElse(ssl, CoordinationSslProperties.DEFAULTS);
		require = Set.copyOf(Objects.requireNonNullElse(require, Set.of()));
	}

	/**
	 * Name the properties without the url, which may hold a password.
	 */
	@Override
	public String toString() {
		return "CoordinationProperties[url=" + ((this.url != null) ? "(set)" : "(not set)") + ", namespace="
				+ this.namespace + ", memberId=" + this.memberId + ", ttl=" + this.ttl + "]";
	}

	private static List<String> requireNames(String setting, List<String> names) {
		for (String name : names) {
			try {
				Directory.requireName("a name in it", name);
			}
			catch (IllegalArgumentException ex) {
				throw new ConfigurationException(setting, ex.getMessage() + ".",
						"Separate names by commas, and leave none empty.");
			}
		}
		return List.copyOf(names);
	}

}
