package kotlin.coroutines;

/**
 * Stands in for the type of Kotlin by which a suspending function is known.
 *
 * @param <T> what the function returns
 */
public interface Continuation<T> {

}
