package io.github.coordination.docs.groups;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application of the page on groups.
 */
@SpringBootApplication
class WorkerApplication {

}
