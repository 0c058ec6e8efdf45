package io.github.coordination.aop;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Asks for a bean until there is one, and then no more. It does so under no lock: a bean
 * factory has its own, and who waits for that with another in hand may wait for ever.
 *
 * @param <T> type of the bean
 */
final class CachedSupplier<T> implements Supplier<T> {

	private final Supplier<? extends T> factory;

	private volatile @Nullable T known;

	CachedSupplier(Supplier<? extends T> factory) {
		this.factory = factory;
	}

	/** Ask ahead: what is there before another bean is closed after it. */
	void prepare() {
		if (this.known == null) {
			this.known = this.factory.get();
		}
	}

	@Override
	public T get() {
		T value = this.known;
		if (value == null) {
			value = this.factory.get();
			this.known = value;
		}
		return value;
	}

}
