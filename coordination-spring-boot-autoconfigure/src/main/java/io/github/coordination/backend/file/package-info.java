/**
 * The store in a directory of this machine, for the processes of one user.
 */
@NullMarked
package io.github.coordination.backend.file;

import org.jspecify.annotations.NullMarked;
