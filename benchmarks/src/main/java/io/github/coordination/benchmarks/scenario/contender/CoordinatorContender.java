package io.github.coordination.benchmarks.scenario.contender;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.NamedLock;

/**
 * This library, on whatever store the url names.
 */
public final class CoordinatorContender implements Elector {

	/** What tables call it. */
	public static final String NAME = "ours";

	/** Where its names live in the store. */
	public static final String NAMESPACE = "scenarios";

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Client open(String url) {
		Coordinator coordinator = connect(url);
		return new Client() {

			@Override
			public Section section(String name) {
				return new HandleSection(coordinator.lock(name));
			}

			@Override
			public void close() {
				coordinator.close();
			}

		};
	}

	@Override
	public Candidate stand(String url, String election, Runnable granted) {
		Coordinator coordinator = connect(url);
		coordinator.election(election).onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				granted.run();
			}

		});
		coordinator.election(election).join();
		return coordinator::close;
	}

	private static Coordinator connect(String url) {
		return Coordinator.connect(CoordinatorOptions.of(url).withNamespace(NAMESPACE));
	}

	private static final class HandleSection implements Section {

		private static final Duration WAIT = Duration.ofSeconds(WAIT_SECONDS);

		private final NamedLock lock;

		private @Nullable LockHandle handle;

		private HandleSection(NamedLock lock) {
			this.lock = lock;
		}

		@Override
		public void enter() throws InterruptedException {
			this.handle = this.lock.acquire(WAIT);
		}

		@Override
		public void leave() {
			if (this.handle == null || !this.handle.release()) {
				throw new IllegalStateException("The lock " + this.lock.name() + " was lost");
			}
		}

	}

}
