package io.github.coordination.spi;

/**
 * A library a backend needs and an application may lack.
 *
 * @param className a class of it
 * @param coordinates what to add to the build, as {@code group:artifact}
 */
public record ClientLibrary(String className, String coordinates) {
}
