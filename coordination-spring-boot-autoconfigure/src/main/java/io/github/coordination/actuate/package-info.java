/**
 * What Spring Boot's Actuator and Micrometer show of a coordinator: health, an endpoint
 * and meters. None of it asks the store unless it is said so.
 */
@NullMarked
package io.github.coordination.actuate;

import org.jspecify.annotations.NullMarked;
