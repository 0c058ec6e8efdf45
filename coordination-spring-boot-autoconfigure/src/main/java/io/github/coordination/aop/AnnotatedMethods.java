package io.github.coordination.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.PropertyResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The methods that carry an annotation, directly or through their class, each read and
 * checked once. As a pointcut it refuses the bean whose annotation could not take effect.
 *
 * @param <A> type of annotation
 * @param <P> what is known of a method after reading it
 */
final class AnnotatedMethods<A extends Annotation, P> extends StaticMethodMatcherPointcut {

	private static final Log logger = LogFactory.getLog(AnnotatedMethods.class);

	private final Class<A> annotation;

	private final PropertyResolver placeholders;

	private final Reader<A, P> reader;

	private final Map<Class<?>, Map<Method, P>> known = new ConcurrentHashMap<>();

	AnnotatedMethods(Class<A> annotation, PropertyResolver placeholders, Reader<A, P> reader) {
		this.annotation = annotation;
		this.placeholders = placeholders;
		this.reader = reader;
		setClassFilter(this::isAnnotated);
	}

	/**
	 * Whether a method of a bean carries an annotation, directly or through its class.
	 */
	static boolean isAnnotated(Method method, Class<?> beanClass, Class<? extends Annotation> annotation) {
		return declarations(method, beanClass).stream()
			.anyMatch((each) -> MergedAnnotations.from(each, SearchStrategy.TYPE_HIERARCHY).isPresent(annotation)
					|| MergedAnnotations.from(each.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY)
						.isPresent(annotation));
	}

	/** Whether a bean of a class has annotated methods. */
	boolean isAnnotated(Class<?> beanClass) {
		return !in(beanClass).isEmpty();
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return find(method, targetClass) != null;
	}

	/** Return what is known of the method that is being called. */
	P get(MethodInvocation invocation) {
		Method method = invocation.getMethod();
		Object target = invocation.getThis();
		P plan = find(method, (target != null) ? target.getClass() : method.getDeclaringClass());
		if (plan == null) {
			throw new IllegalStateException(method + " is intercepted but not annotated with " + this.annotation);
		}
		return plan;
	}

	private @Nullable P find(Method method, Class<?> targetClass) {
		Map<Method, P> methods = in(targetClass);
		P plan = methods.get(method);
		if (plan == null && !methods.isEmpty()) {
			Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
			plan = methods.get(specific);
			if (plan != null) {
				// the next call through the same interface finds it at once
				methods.put(method, plan);
			}
		}
		return plan;
	}

	private Map<Method, P> in(Class<?> beanClass) {
		Map<Method, P> methods = this.known.get(beanClass);
		if (methods == null) {
			methods = read(beanClass);
			this.known.put(beanClass, methods);
		}
		return methods;
	}

	private Map<Method, P> read(Class<?> beanClass) {
		Class<?> userClass = ClassUtils.getUserClass(beanClass);
		if (!isMentionedBy(beanClass)) {
			return Map.of();
		}
		Map<Method, P> methods = MethodIntrospector.selectMethods(beanClass,
				(MethodIntrospector.MetadataLookup<P>) (method) -> read(method, userClass));
		if (methods.isEmpty()) {
			return Map.of();
		}
		if (beanClass == userClass) {
			warnOfSelfCalls(beanClass, methods.keySet());
		}
		return new ConcurrentHashMap<>(methods);
	}

	/**
	 * Whether an annotation that leads to this one is anywhere on a class or what it
	 * extends. Most beans carry none, and to say so of all their methods, with what they
	 * override, would take a good part of the start.
	 */
	private boolean isMentionedBy(@Nullable Class<?> type) {
		if (type == null || type.getName().startsWith("java.")
				|| type.getName().startsWith("org.springframework.boot.")) {
			return false;
		}
		if (isAmong(type.getDeclaredAnnotations()) || isMentionedBy(type.getSuperclass())) {
			return true;
		}
		for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
			if (isAmong(method.getDeclaredAnnotations())) {
				return true;
			}
		}
		for (Class<?> implemented : type.getInterfaces()) {
			if (isMentionedBy(implemented)) {
				return true;
			}
		}
		return false;
	}

	private boolean isAmong(Annotation[] found) {
		return found.length > 0 && MergedAnnotations.from(found).isPresent(this.annotation);
	}

	/**
	 * A method that says the same as the one it calls has what that needs already, unless
	 * that depends on the arguments.
	 */
	private void warnOfSelfCalls(Class<?> beanClass, Set<Method> methods) {
		for (SelfCalls.Call call : SelfCalls.find(beanClass, methods)) {
			List<A> wanted = methods.stream()
				.filter(call::calls)
				.findFirst()
				.map((method) -> of(method, beanClass))
				.orElseThrow();
			boolean had = wanted.stream().noneMatch(AnnotatedMethods::hasKey) && methods.stream()
				.anyMatch(
						(method) -> method.getName().equals(call.callerName()) && of(method, beanClass).equals(wanted));
			if (!had) {
				logger.warn("@" + this.annotation.getSimpleName() + " on " + beanClass.getName() + "."
						+ call.calleeName() + " has no effect where " + call.callerName()
						+ " of the same class calls it, because such a call does not pass the proxy: move one of them "
						+ "to another bean");
			}
		}
	}

	private static boolean hasKey(Annotation annotation) {
		return AnnotationUtils.getValue(annotation, "key") instanceof String key && !key.isEmpty();
	}

	private @Nullable P read(Method method, Class<?> beanClass) {
		List<A> found = of(method, beanClass);
		if (found.isEmpty()) {
			return null;
		}
		AnnotationSite site = new AnnotationSite(this.annotation, beanClass, method, this.placeholders);
		requireInterceptable(site, method);
		return this.reader.read(found, method, site);
	}

	/** Find the annotations of a method of a bean, or else of its class. */
	private List<A> of(Method method, Class<?> beanClass) {
		for (Method declaration : declarations(method, beanClass)) {
			List<A> found = on(declaration);
			if (found.isEmpty() && isCoveredByItsClass(declaration)) {
				found = on(declaration.getDeclaringClass());
			}
			if (!found.isEmpty()) {
				return found;
			}
		}
		return List.of();
	}

	/**
	 * Where annotations of a method may stand: on it, or what it overrides, and on what
	 * it implements though its own class does not, because the bean's class extends the
	 * one and implements the other.
	 */
	private static List<Method> declarations(Method method, Class<?> beanClass) {
		if (!Modifier.isPublic(method.getModifiers())) {
			return List.of(method);
		}
		Stream<Method> promises = Arrays.stream(ClassUtils.getAllInterfacesForClass(beanClass))
			.filter((implemented) -> !implemented.isAssignableFrom(method.getDeclaringClass()))
			.flatMap((implemented) -> Arrays.stream(implemented.getMethods()))
			.filter((promise) -> promise.getName().equals(method.getName()))
			.filter((promise) -> AopUtils.getMostSpecificMethod(promise, beanClass).equals(method));
		return Stream.concat(Stream.of(method), promises).toList();
	}

	/**
	 * Find the annotations of an element, the nearest first; where it has none, those of
	 * what it overrides or extends.
	 */
	private List<A> on(AnnotatedElement element) {
		MergedAnnotations all = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
		if (!all.isPresent(this.annotation)) {
			return List.of();
		}
		List<MergedAnnotation<A>> found = all.stream(this.annotation).toList();
		return found.stream()
			.filter((each) -> each.getAggregateIndex() == found.get(0).getAggregateIndex())
			.map(MergedAnnotation::synthesize)
			.toList();
	}

	private static boolean isCoveredByItsClass(Method method) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers)
				&& !ReflectionUtils.isObjectMethod(method);
	}

	private static void requireInterceptable(AnnotationSite site, Method method) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers)) {
			throw site.invalid("the method is private, and a proxy cannot intercept it.",
					"Make it public, and call it from another bean.");
		}
		if (Modifier.isStatic(modifiers)) {
			throw site.invalid("the method is static, and a proxy cannot intercept it.",
					"Make it a public instance method of a bean.");
		}
		if (Modifier.isFinal(modifiers)) {
			throw site.invalid("the method is final, and a proxy cannot override it.", "Remove the word final.");
		}
		Class<?> beanClass = site.beanClass();
		if (Modifier.isFinal(beanClass.getModifiers()) && !Proxy.isProxyClass(beanClass)
				&& !ClassUtils.isLambdaClass(beanClass)) {
			throw site.invalid("the class is final, and a proxy cannot extend it.",
					"Remove the word final; a record or an enum cannot carry the annotation.");
		}
	}

	/**
	 * Reads the annotations of a method.
	 *
	 * @param <A> type of annotation
	 * @param <P> what is made of it
	 */
	interface Reader<A extends Annotation, P> {

		P read(List<A> annotations, Method method, AnnotationSite site);

	}

}
