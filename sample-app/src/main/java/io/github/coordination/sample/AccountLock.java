package io.github.coordination.sample;

import java.util.function.Consumer;

import org.springframework.stereotype.Component;

import io.github.coordination.FencingToken;
import io.github.coordination.annotation.DistributedLock;

/**
 * The lock of an account. It is a bean of its own because the annotation sees only calls
 * that come from outside.
 */
@Component
class AccountLock {

	/**
	 * Do some work while nobody else, in any instance, holds this account.
	 * @param account the account
	 * @param work what to do, with the token of the lock
	 * @param token pass anything: it is filled in when the lock is held
	 */
	@DistributedLock(name = "account", key = "#account")
	public void hold(String account, Consumer<FencingToken> work, FencingToken token) {
		work.accept(token);
	}

}
