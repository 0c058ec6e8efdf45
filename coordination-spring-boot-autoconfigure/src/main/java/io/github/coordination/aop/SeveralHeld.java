package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;

/**
 * The locks of one call, in the order in which they were taken, held only while all are.
 */
final class SeveralHeld implements Held, LockHandle {

	private final List<Held> parts;

	SeveralHeld(List<Held> parts) {
		this.parts = List.copyOf(parts);
	}

	@Override
	public LockHandle handle() {
		return this;
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
		// the first may have been lost while the last was waited for
		ensureHeld();
	}

	@Override
	public void leave() {
		this.parts.forEach(Held::leave);
	}

	@Override
	public boolean end() {
		boolean kept = true;
		for (int i = this.parts.size() - 1; i >= 0; i--) {
			kept &= this.parts.get(i).end();
		}
		return kept;
	}

	@Override
	public boolean isLost() {
		return this.parts.stream().anyMatch(Held::isLost);
	}

	@Override
	public void abandon() {
		for (int i = this.parts.size() - 1; i >= 0; i--) {
			this.parts.get(i).abandon();
		}
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		return this.parts.stream().filter(Held::isLost).findFirst().orElse(this.parts.get(0)).lostException(cause);
	}

	@Override
	public String name() {
		return String.join(", ", this.parts.stream().map((part) -> part.handle().name()).toList());
	}

	@Override
	public FencingToken fencingToken() {
		throw new MisuseException("several locks are held, each with a token of its own: ask for fencingToken(name)");
	}

	@Override
	public FencingToken fencingToken(String name) {
		for (Held part : this.parts) {
			if (part.handle().name().equals(name)) {
				return part.handle().fencingToken();
			}
		}
		throw new MisuseException("'" + name + "' is not among what is held: " + name());
	}

	@Override
	public boolean isHeld() {
		return this.parts.stream().allMatch((part) -> part.handle().isHeld());
	}

	@Override
	public Duration remaining() {
		return this.parts.stream()
			.map((part) -> part.handle().remaining())
			.min(Duration::compareTo)
			.orElse(Duration.ZERO);
	}

	@Override
	public void ensureHeld() {
		this.parts.forEach((part) -> part.handle().ensureHeld());
	}

	@Override
	public Subscription onLost(Runnable callback) {
		AtomicBoolean told = new AtomicBoolean();
		List<Subscription> subscriptions = this.parts.stream().map((part) -> part.handle().onLost(() -> {
			if (told.compareAndSet(false, true)) {
				callback.run();
			}
		})).toList();
		return () -> subscriptions.forEach(Subscription::close);
	}

	@Override
	public boolean release() {
		boolean kept = true;
		for (int i = this.parts.size() - 1; i >= 0; i--) {
			kept &= this.parts.get(i).handle().release();
		}
		return kept;
	}

	@Override
	public String toString() {
		return this.parts.toString();
	}

}
