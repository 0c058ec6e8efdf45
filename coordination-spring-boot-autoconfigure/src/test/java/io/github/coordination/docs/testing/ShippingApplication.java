package io.github.coordination.docs.testing;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application that the page on testing tests.
 */
@SpringBootApplication
class ShippingApplication {

}
