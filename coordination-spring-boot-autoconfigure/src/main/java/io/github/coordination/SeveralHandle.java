package io.github.coordination;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handle of several locks: held while all of them are.
 *
 * @param handles their handles
 */
record SeveralHandle(List<LockHandle> handles) implements LockHandle {

	SeveralHandle {
		handles = List.copyOf(handles);
		if (handles.isEmpty()) {
			throw new IllegalArgumentException("there is no handle: give at least one");
		}
	}

	@Override
	public String name() {
		return String.join(", ", this.handles.stream().map(LockHandle::name).toList());
	}

	@Override
	public FencingToken fencingToken() {
		if (this.handles.size() > 1) {
			throw new MisuseException("this handle holds " + name()
					+ ", each with a token of its own: call fencingToken(name) with one of them");
		}
		return this.handles.get(0).fencingToken();
	}

	@Override
	public LockHandle part(String name) {
		return this.handles.stream()
			.filter((handle) -> handle.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new MisuseException("this handle holds " + name() + " and not '" + name + "'"));
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
