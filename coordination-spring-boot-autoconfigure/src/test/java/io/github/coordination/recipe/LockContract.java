package io.github.coordination.recipe;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;

/**
 * What every exclusive lock must do. It also runs on whatever else excludes: a subclass
 * says what it is and where its entries are.
 */
public abstract class LockContract extends RecipeContract
		implements LockGrantContract, LockOrderContract, LockLossContract, LockFaultContract, LockEnduranceContract {

	@Override
	public Acquirable lock(Coordinator coordinator, String name) {
		return coordinator.lock(name);
	}

	@Override
	public String kind() {
		return "lock";
	}

}
