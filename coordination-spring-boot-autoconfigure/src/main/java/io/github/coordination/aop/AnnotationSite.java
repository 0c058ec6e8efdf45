package io.github.coordination.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.spi.Directory;

/**
 * Where an annotation stands, for reading its attributes and for saying what is wrong
 * with them.
 *
 * @param annotation the annotation
 * @param beanClass the class of the bean it takes effect on
 * @param method the method, {@code null} if it concerns the class
 * @param placeholders what resolves <code>${...}</code>
 */
record AnnotationSite(Class<? extends Annotation> annotation, Class<?> beanClass, @Nullable Method method,
		PropertyResolver placeholders) {

	/** Replace the placeholders of a text. */
	String text(String attribute, String text) {
		try {
			return this.placeholders.resolveRequiredPlaceholders(text);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(attribute + " = \"" + text + "\" has a placeholder without a value.",
					"Set the property, or give it a default as in ${name:default}.");
		}
	}

	/** Read a name that must be there and be valid. */
	String name(String attribute, String text) {
		String name = text(attribute, text);
		try {
			Directory.requireName(attribute, name);
			return name;
		}
		catch (IllegalArgumentException ex) {
			throw invalid(ex.getMessage() + ".", "Name it, the same in all processes.");
		}
	}

	/**
	 * Read a duration.
	 * @return the duration, {@code null} if there is none
	 */
	@Nullable Duration duration(String attribute, String text) {
		String resolved = text(attribute, text);
		if (resolved.isEmpty()) {
			return null;
		}
		Duration duration;
		try {
			duration = DurationStyle.detectAndParse(resolved.trim());
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw invalid(attribute + " = \"" + resolved + "\" is not a duration.",
					"Write it like 500ms, 10s, 5m or PT10S.");
		}
		if (duration.isNegative()) {
			throw invalid(attribute + " = \"" + resolved + "\" is negative.", "Use zero or more.");
		}
		return duration;
	}

	InvalidAnnotationException invalid(String problem, String action) {
		return new InvalidAnnotationException("@" + this.annotation.getSimpleName() + " on " + label(), problem,
				action);
	}

	/** Name the place: the bean's class, and the method if there is one. */
	String label() {
		if (this.method == null) {
			return this.beanClass.getName();
		}
		return this.beanClass.getName() + "." + this.method.getName()
				+ Arrays.stream(this.method.getParameterTypes())
					.map(Class::getSimpleName)
					.collect(Collectors.joining(", ", "(", ")"));
	}

}
