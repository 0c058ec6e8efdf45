package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * What the expression of a key sees as {@code #root}: the call itself.
 *
 * @param targetClass the class of the bean
 * @param method the method that is called
 * @param args the arguments of the call
 */
public record KeyRoot(Class<?> targetClass, Method method, @Nullable Object[] args) {

	/**
	 * Return the name of the method that is called.
	 * @return the name
	 */
	public String methodName() {
		return this.method.getName();
	}

}
