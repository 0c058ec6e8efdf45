package io.github.coordination.backend.redis;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;

/**
 * Turns the client's failures into ours. Neither their messages nor they themselves are
 * passed on: a server that does not know a command repeats its arguments, and those of
 * the first may be a password. What is passed on is the code that begins a server's
 * answer, or an {@link IOException}, which knows addresses only.
 */
final class RedisFailures {

	/**
	 * Answers of a server that has not begun to run a script, or was stopped by its first
	 * write.
	 */
	private static final Pattern REFUSED = Pattern.compile("(?:^|-)(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|OOM"
			+ "|NOREPLICAS|MISCONF|BUSY|NOAUTH|WRONGPASS|NOPERM(?!.*in script)|MOVED|ASK|TRYAGAIN|DENIED)\\b");

	private static final Pattern REPLICA = Pattern.compile("(?:^|-)(READONLY|MASTERDOWN)\\b");

	private static final Pattern CODE = Pattern.compile("^-?([A-Z]{2,20})\\b");

	private RedisFailures() {
	}

	/** No connection: nothing was sent. */
	static BackendUnavailableException unreachable(Throwable failure) {
		return new BackendUnavailableException("Redis cannot be reached: " + describe(failure), clean(failure));
	}

	/** Whether the server has answered. */
	static boolean isAnswer(ExecutionException given) {
		return given.getCause() instanceof RedisCommandExecutionException;
	}

	/** Whether the server says that it is a replica, where a master should be. */
	static boolean isOfReplica(ExecutionException given) {
		return given.getCause() instanceof RedisCommandExecutionException answer
				&& REPLICA.matcher(String.valueOf(answer.getMessage())).find();
	}

	/** A call was sent, perhaps. */
	static CoordinationException of(Throwable given) {
		Throwable cause = given.getCause();
		Throwable failure = (given instanceof ExecutionException && cause != null) ? cause : given;
		if (failure instanceof RedisCommandExecutionException answer) {
			Matcher refused = REFUSED.matcher(String.valueOf(answer.getMessage()));
			if (refused.find()) {
				return new BackendUnavailableException("Redis refuses: " + refused.group(1));
			}
		}
		else if (failure instanceof RedisConnectionException || isUnsent(failure)) {
			return unreachable(failure);
		}
		return new IndeterminateResultException("Redis may or may not have done it: " + describe(failure),
				clean(failure));
	}

	/** These are the client's words when it has not written a command. */
	private static boolean isUnsent(Throwable failure) {
		String message = failure.getMessage();
		return failure.getClass() == RedisException.class && message != null
				&& (message.startsWith("Currently not connected.") || message.equals("Connection is closed"));
	}

	static String describe(Throwable failure) {
		String known = failure.getClass().getSimpleName();
		for (Throwable each = failure; each != null; each = each.getCause()) {
			known = each.getClass().getSimpleName();
			if (each instanceof IOException) {
				return known + ": " + each.getMessage();
			}
			if (each instanceof RedisCommandExecutionException) {
				Matcher code = CODE.matcher(String.valueOf(each.getMessage()));
				return code.find() ? "it answers " + code.group(1) : "it answers with an error";
			}
		}
		return known;
	}

	private static @Nullable IOException clean(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof IOException found) {
				return found;
			}
		}
		return null;
	}

}
