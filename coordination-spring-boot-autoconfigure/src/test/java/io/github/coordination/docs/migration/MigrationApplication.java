package io.github.coordination.docs.migration;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application that has come from another library.
 */
@SpringBootApplication
class MigrationApplication {

}
