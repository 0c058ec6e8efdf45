package io.github.coordination.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Marks the {@code DataSource} that {@code coordination.url=jdbc:} uses where an
 * application has several.
 *
 * <pre class="code">
 * &#64;Bean(defaultCandidate = false)
 * &#64;CoordinationDataSource
 * DataSource coordinationDataSource() { ... }
 * </pre>
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.FIELD, ElementType.PARAMETER })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface CoordinationDataSource {

}
