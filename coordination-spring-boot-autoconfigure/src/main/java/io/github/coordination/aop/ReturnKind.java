package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
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

	/** The work is over when a subscription to what the method returned is. */
	REACTIVE,

	/** Known only when the method has returned. */
	ANY;

	private static final boolean REACTOR_PRESENT = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ReturnKind.class.getClassLoader());

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

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
			return DEFERRED.contains(type.getName()) || supertypes(type).anyMatch(this::get);
		}

		private static Stream<Class<?>> supertypes(Class<?> type) {
			return Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
		}

	};

	/**
	 * Find the kind of a method.
	 * @param skips whether calls may return without running the method
	 */
	static ReturnKind of(Method method, boolean skips, AnnotationSite site) {
		Class<?> type = method.getReturnType();
		if (isSuspending(method)) {
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
		ReactiveAdapter adapter = adapter(type);
		if (adapter != null) {
			if (skips && !adapter.getDescriptor().supportsEmpty()) {
				throw site.invalid("a call that is skipped has nothing to emit as " + type.getName() + ".",
						"Return a type that can be empty, or let such calls throw.");
			}
			return REACTIVE;
		}
		if (IS_DEFERRED.get(type) || Future.class.isAssignableFrom(type)) {
			throw site.invalid(
					"the work behind the return type " + type.getName()
							+ " goes on after the method has returned, and its end cannot be waited for.",
					REACTOR_PRESENT ? "Return CompletableFuture, Mono or Flux itself, or the result."
							: "Return CompletableFuture, or the result itself.");
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

	/**
	 * Find what converts a reactive type to and from what Reactor understands, which must
	 * be there: a subtype could be read, but not be returned.
	 */
	static @Nullable ReactiveAdapter adapter(Class<?> type) {
		if (!REACTOR_PRESENT) {
			return null;
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		return (adapter != null && adapter.getReactiveType() == type) ? adapter : null;
	}

	/**
	 * A suspending function has returned when it is suspended for the first time. It is
	 * known by its last parameter, also where Kotlin itself is not to be seen.
	 */
	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0 && parameters[parameters.length - 1].getName().equals(CONTINUATION);
	}

	/** What a call returns that does not run the method. */
	@Nullable Object skipped() {
		return switch (this) {
			case PLAIN, ANY -> null;
			case OPTIONAL -> Optional.empty();
			case FUTURE -> CompletableFuture.completedFuture(null);
			case REACTIVE -> throw new IllegalStateException("a subscription is skipped, not a call");
		};
	}

	/**
	 * Return the future whose completion ends the work.
	 * @param result what the method returned
	 * @return the future, {@code null} if the work is over
	 */
	@Nullable CompletionStage<?> pending(@Nullable Object result) {
		if (this == ANY && result != null && isRefused(result)) {
			throw new IllegalStateException("the method is declared to return Object and returned a "
					+ result.getClass().getName() + ", whose end cannot be waited for: return CompletableFuture");
		}
		boolean waits = (this == FUTURE || this == ANY) && result instanceof CompletionStage<?> stage && !isOver(stage);
		return waits ? (CompletionStage<?>) result : null;
	}

	private static boolean isRefused(Object result) {
		return IS_DEFERRED.get(result.getClass())
				|| (result instanceof Future<?> && !(result instanceof CompletionStage<?>));
	}

	private static boolean isOver(CompletionStage<?> stage) {
		// a minimal stage of the JDK is one too, but would not say whether it is done
		return GuardedFuture.endOf(stage) instanceof CompletableFuture<?> end && end.toCompletableFuture().isDone();
	}

}
