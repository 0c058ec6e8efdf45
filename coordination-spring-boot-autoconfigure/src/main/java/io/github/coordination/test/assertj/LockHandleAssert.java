package io.github.coordination.test.assertj;

import org.assertj.core.api.AbstractAssert;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;

/**
 * Assertions about a {@link LockHandle}.
 */
public final class LockHandleAssert extends AbstractAssert<LockHandleAssert, LockHandle> {

	LockHandleAssert(LockHandle actual) {
		super(actual, LockHandleAssert.class);
	}

	/**
	 * Verify that it is held at this moment.
	 * @return this
	 */
	public LockHandleAssert isHeld() {
		isNotNull();
		if (!this.actual.isHeld()) {
			failWithMessage("Expecting '%s' to be held, but it was lost or given back", this.actual.name());
		}
		return this;
	}

	/**
	 * Verify that it was lost or given back.
	 * @return this
	 */
	public LockHandleAssert isNotHeld() {
		isNotNull();
		if (this.actual.isHeld()) {
			failWithMessage("Expecting '%s' to be lost or given back, but it is held for another %s",
					this.actual.name(), this.actual.remaining());
		}
		return this;
	}

	/**
	 * Verify that its token is larger than that of an earlier grant, which is what a
	 * guarded resource goes by.
	 * @param earlier the token of the earlier grant
	 * @return this
	 */
	public LockHandleAssert hasTokenLargerThan(FencingToken earlier) {
		isHeld();
		FencingToken token = this.actual.fencingToken();
		if (token.value() <= earlier.value()) {
			failWithMessage("Expecting '%s' to have a token larger than %s, but it is %s", this.actual.name(),
					earlier.value(), token.value());
		}
		return this;
	}

}
