package io.github.coordination.aop;

import io.github.coordination.CoordinationException;

/**
 * An annotation that cannot work where it stands, found when its bean is made. It carries
 * facts instead of prose, so that a start-up report can name the place, the problem and
 * the remedy.
 */
public final class InvalidAnnotationException extends CoordinationException {

	private final String place;

	private final String problem;

	private final String action;

	/**
	 * Describe the faulty annotation.
	 * @param place the annotation and where it stands
	 * @param problem what is wrong with it, one sentence
	 * @param action what to do about it, one sentence
	 */
	public InvalidAnnotationException(String place, String problem, String action) {
		super(place + ": " + problem + " " + action, null);
		this.place = place;
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Return the annotation and where it stands.
	 * @return such as {@code @DistributedLock on com.acme.Orders.ship(Order)}
	 */
	public String place() {
		return this.place;
	}

	/**
	 * Return what is wrong.
	 * @return one sentence
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return the remedy.
	 * @return one sentence
	 */
	public String action() {
		return this.action;
	}

}
