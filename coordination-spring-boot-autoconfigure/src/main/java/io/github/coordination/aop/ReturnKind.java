package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * What a method's return type asks of an interceptor.
 */
enum ReturnKind {

	/** The work is over when the method returns. */
	PLAIN,

	/** The same, and emptiness has a value. */
	OPTIONAL,

	/** The work is over when the future completes. */
	FUTURE,

	/** Known only when the method has returned. */
	ANY;

	/** Types whose work begins, or goes on, after the method has returned. */
	private static final Set<String> DEFERRED = Set.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "java.util.concurrent.Callable", "kotlinx.coroutines.flow.Flow",
			"io.reactivex.rxjava3.core.CompletableSource", "io.reactivex.rxjava3.core.MaybeSource",
			"io.reactivex.rxjava3.core.ObservableSource", "io.reactivex.rxjava3.core.SingleSource",
			"io.smallrye.mutiny.Uni", "org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask",
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

	private static final ClassValue<Boolean> IS_DEFERRED = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			Stream<Class<?>> supertypes = Stream.concat(ClassUtils.getAllInterfacesForClassAsSet(type).stream(),
					Stream.<Class<?>>iterate(type, (each) -> each != null, Class::getSuperclass));
			return supertypes.map(Class::getName).anyMatch(DEFERRED::contains);
		}

	};

	/**
	 * Find the kind of a method.
	 * @param skips whether calls may return without running the method
	 */
	static ReturnKind of(Method method, boolean skips, AnnotationSite site) {
		Class<?> type = method.getReturnType();
		if (KotlinDetector.isSuspendingFunction(method)) {
			throw site.invalid("a suspending function goes on after it has returned, when nothing is held any more.",
					"Call a blocking function from it, and annotate that one.");
		}
		if (CompletionStage.class.isAssignableFrom(type)) {
			if (!type.isAssignableFrom(CompletableFuture.class)) {
				throw site.invalid("the return type " + type.getName() + " cannot be wrapped.",
						"Declare CompletableFuture or CompletionStage.");
			}
			return FUTURE;
		}
		if (IS_DEFERRED.get(type) || Future.class.isAssignableFrom(type)) {
			throw site.invalid(
					"the work behind the return type " + type.getName()
							+ " goes on after the method has returned, and its end cannot be waited for.",
					"Return CompletableFuture, or the result itself.");
		}
		if (skips && type.isPrimitive() && type != void.class) {
			throw site.invalid("a call that is skipped has nothing to return as " + type.getName() + ".",
					"Return a wrapper type, Optional or void, or let such calls throw.");
		}
		if (type == Optional.class) {
			return OPTIONAL;
		}
		return (type == Object.class) ? ANY : PLAIN;
	}

	/** What a call returns that does not run the method. */
	@Nullable Object skipped() {
		return switch (this) {
			case PLAIN, ANY -> null;
			case OPTIONAL -> Optional.empty();
			case FUTURE -> CompletableFuture.completedFuture(null);
		};
	}

	/**
	 * Return the future whose completion ends the work.
	 * @param result what the method returned
	 * @return the future, {@code null} if the work is over
	 */
	@Nullable CompletionStage<?> pending(@Nullable Object result) {
		if (this == ANY && result != null && IS_DEFERRED.get(result.getClass())) {
			throw new IllegalStateException("the method is declared to return Object and returned a "
					+ result.getClass().getName() + ", whose end cannot be waited for: return CompletableFuture");
		}
		boolean waits = (this == FUTURE || this == ANY) && result instanceof CompletionStage<?>
				&& !(result instanceof CompletableFuture<?> future && future.isDone());
		return waits ? (CompletionStage<?>) result : null;
	}

}
