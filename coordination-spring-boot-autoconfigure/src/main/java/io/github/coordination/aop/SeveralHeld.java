package io.github.coordination.aop;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;

/**
 * The locks of one call, in the order of their names, held only while all are.
 *
 * @param parts what it holds of each
 * @param handle the handle of all
 */
record SeveralHeld(List<Held> parts, LockHandle handle) implements Held {

	SeveralHeld(Collection<Held> parts) {
		this(List.copyOf(parts), LockHandle.of(parts.stream().map(Held::handle).toList()));
	}

	@Override
	public @Nullable Hold top(@Nullable Hold outer) {
		Hold top = outer;
		for (Held part : this.parts) {
			top = part.top(top);
		}
		return top;
	}

	@Override
	public void begin() {
		this.parts.forEach(Held::begin);
		// what is shared may have been lost while the others were waited for
		this.handle.ensureHeld();
	}

	@Override
	public void leave() {
		this.parts.forEach(Held::leave);
	}

	@Override
	public boolean end() {
		boolean kept = true;
		for (Held part : this.parts) {
			kept &= part.end();
		}
		return kept;
	}

	@Override
	public boolean isLost() {
		return this.parts.stream().anyMatch(Held::isLost);
	}

	@Override
	public void abandon() {
		this.parts.forEach(Held::abandon);
	}

	@Override
	public Subscription onLost(Runnable callback) {
		return this.handle.onLost(callback);
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		return this.parts.stream().filter(Held::isLost).findFirst().orElse(this.parts.get(0)).lostException(cause);
	}

}
