package io.github.coordination.annotation;

/**
 * With whom a lock is shared.
 */
public enum LockMode {

	/**
	 * With nobody.
	 */
	EXCLUSIVE,

	/**
	 * With other shared holders of the name, but with no exclusive one.
	 */
	SHARED

}
