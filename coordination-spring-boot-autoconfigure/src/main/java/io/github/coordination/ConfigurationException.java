package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * A setting that cannot work. It carries facts instead of prose, so that a start-up
 * report can name the setting, the problem and the remedy. The value is never part of the
 * message where it may hold a secret.
 */
public final class ConfigurationException extends CoordinationException {

	private final String setting;

	private final String problem;

	private final String action;

	/**
	 * Describe the faulty setting.
	 * @param setting the setting, such as {@code coordination.url}
	 * @param problem what is wrong with it, one sentence without the setting's name
	 * @param action what to do about it, one sentence
	 */
	public ConfigurationException(String setting, String problem, String action) {
		this(setting, problem, action, null);
	}

	/**
	 * Describe the faulty setting, and what showed the fault.
	 * @param setting the setting, such as {@code coordination.url}
	 * @param problem what is wrong with it, one sentence without the setting's name
	 * @param action what to do about it, one sentence
	 * @param cause what showed it; its message must hold no secret
	 */
	public ConfigurationException(String setting, String problem, String action, @Nullable Throwable cause) {
		super(setting + ": " + problem + " " + action, cause);
		this.setting = setting;
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Return the setting at fault.
	 * @return its name, such as {@code coordination.url}
	 */
	public String setting() {
		return this.setting;
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
