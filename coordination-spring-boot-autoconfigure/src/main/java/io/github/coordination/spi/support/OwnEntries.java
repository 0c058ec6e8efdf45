package io.github.coordination.spi.support;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;

/**
 * The entries that a session has in its store, or may have: all that it asked for, less
 * what was refused or is gone. One that was asked for with an unknown outcome may come
 * into being at any time, whatever is heard of it, and stays. Safe for use by several
 * threads.
 *
 * @param <K> the key of an entry
 * @param <V> what is known of one
 */
public final class OwnEntries<K, V> {

	private final Map<K, V> known = new ConcurrentHashMap<>();

	private final Set<K> doubtful = ConcurrentHashMap.newKeySet();

	private final V nothing;

	/**
	 * Create it, with no entries.
	 * @param nothing what is known of an entry that was only asked for
	 */
	public OwnEntries(V nothing) {
		this.nothing = nothing;
	}

	/**
	 * Make an entry. It counts from before it is asked for until it is refused.
	 * @param <T> what making it returns
	 * @param key its key
	 * @param step asks for it; empty if it was refused
	 * @param learned what is known of it once it was made
	 * @return what the step returned
	 */
	public <T> Optional<T> make(K key, Supplier<Optional<T>> step, Function<T, V> learned) {
		boolean isNew = this.known.putIfAbsent(key, this.nothing) == null;
		try {
			Optional<T> made = step.get();
			if (made.isPresent()) {
				this.known.put(key, learned.apply(made.get()));
			}
			else if (isNew) {
				forget(key, this.nothing);
			}
			return made;
		}
		catch (IndeterminateResultException ex) {
			this.doubtful.add(key);
			// another may have forgotten an earlier entry of this key meanwhile
			this.known.putIfAbsent(key, this.nothing);
			throw ex;
		}
		catch (BackendUnavailableException ex) {
			if (isNew) {
				forget(key, this.nothing);
			}
			throw ex;
		}
	}

	/**
	 * Return the entries.
	 * @return a copy, with what is known of each
	 */
	public Map<K, V> known() {
		return Map.copyOf(this.known);
	}

	/**
	 * Return whether an entry is among these.
	 * @param key its key
	 * @return whether it may exist
	 */
	public boolean contains(K key) {
		return this.known.containsKey(key);
	}

	/**
	 * Return what is known of an entry.
	 * @param key its key
	 * @return what is known, perhaps nothing
	 */
	public V known(K key) {
		return this.known.getOrDefault(key, this.nothing);
	}

	/**
	 * Note something else of an entry, unless it has changed meanwhile.
	 * @param key its key
	 * @param before what was known
	 * @param now what is known now
	 */
	public void note(K key, V before, V now) {
		this.known.replace(key, before, now);
	}

	/**
	 * Leave out an entry that is gone, whatever is known of it now.
	 * @param key its key
	 */
	public void forget(K key) {
		forget(key, known(key));
	}

	/**
	 * Leave out an entry that is gone, unless another was made of that key meanwhile.
	 * @param key its key
	 * @param before what was known
	 * @return whether it was left out
	 */
	public boolean forget(K key, V before) {
		if (this.doubtful.contains(key)) {
			note(key, before, this.nothing);
			return false;
		}
		return this.known.remove(key, before);
	}

}
