package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;

/**
 * Handle of several locks: held while all of them are.
 *
 * @param name their names
 * @param handles their handles
 */
record SeveralHandle(String name, List<LockHandle> handles) implements LockHandle {

	SeveralHandle {
		handles = List.copyOf(handles);
	}

	@Override
	public FencingToken fencingToken() {
		if (this.handles.size() > 1) {
			throw new MisuseException("this handle holds " + this.name
					+ ", each with a token of its own: call fencingToken(name) with one of them");
		}
		return this.handles.get(0).fencingToken();
	}

	@Override
	public FencingToken fencingToken(String name) {
		return this.handles.stream()
			.filter((handle) -> handle.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new MisuseException("this handle holds " + this.name + " and not '" + name + "'"))
			.fencingToken();
	}

	@Override
	public boolean isHeld() {
		return this.handles.stream().allMatch(LockHandle::isHeld);
	}

	@Override
	public Duration remaining() {
		return this.handles.stream().map(LockHandle::remaining).min(Comparator.naturalOrder()).orElse(Duration.ZERO);
	}

	@Override
	public void ensureHeld() {
		this.handles.forEach(LockHandle::ensureHeld);
	}

	@Override
	public Subscription onLost(Runnable callback) {
		AtomicBoolean called = new AtomicBoolean();
		List<Subscription> subscriptions = this.handles.stream().map((handle) -> handle.onLost(() -> {
			if (called.compareAndSet(false, true)) {
				callback.run();
			}
		})).toList();
		return () -> subscriptions.forEach(Subscription::close);
	}

	@Override
	public boolean release() {
		boolean held = true;
		for (LockHandle handle : this.handles) {
			held &= handle.release();
		}
		return held;
	}

}
