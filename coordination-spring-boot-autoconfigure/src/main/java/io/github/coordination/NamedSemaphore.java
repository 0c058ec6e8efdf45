package io.github.coordination;

/**
 * A number of permits shared by all processes of one namespace. A permit dies with the
 * session of its holder. Its tokens order grants but must not guard a resource.
 */
public interface NamedSemaphore extends Acquirable {

	/**
	 * Return the number of permits, the same for everybody who uses the name. A waiter
	 * that meets another number throws {@link MisuseException}.
	 * @return the number of permits
	 */
	int permits();

}
