package io.github.coordination.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * On a test class: replaces the application's coordinator, whether it comes from
 * {@code coordination.url} or is a bean of the application, by one on a store in memory.
 * Works with {@code @SpringBootTest} and with test slices, to which it adds the
 * annotations' support. Where the application has several coordinators, the primary one
 * is replaced.
 *
 * <p>
 * The bean {@link io.github.coordination.test.memory.TestCoordination} drives it. Each
 * application context has a store of its own; after each test method it is
 * {@linkplain io.github.coordination.test.memory.TestCoordination#reset reset}, so that
 * tests that share a cached context do not meet each other's strangers and faults. While
 * the context is paused, the coordinator's time stands still.
 *
 * <pre class="code">
 * &#64;SpringBootTest
 * &#64;AutoConfigureCoordination
 * class ShippingTests {
 *
 * 	&#64;Autowired
 * 	TestCoordination coordination;
 *
 * }
 * </pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureCoordination {

}
