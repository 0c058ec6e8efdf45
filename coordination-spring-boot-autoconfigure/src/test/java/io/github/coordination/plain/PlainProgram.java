package io.github.coordination.plain;

import java.time.Duration;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;

/**
 * A program that knows nothing of Spring. Started by {@link PlainJavaTests}.
 */
final class PlainProgram {

	private PlainProgram() {
	}

	public static void main(String[] arguments) throws InterruptedException {
		try (Coordinator coordinator = Coordinator.connect(arguments[0]);
				LockHandle held = coordinator.lock("orders").acquire(Duration.ofSeconds(5))) {
			System.out.println("held " + held.isHeld() + " " + held.fencingToken().value());
		}
	}

}
