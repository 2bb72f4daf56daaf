/** The contract on the log that no product owns: how topics are described, keyed, encoded and written to. */
@NullMarked
package dev.millrace.topics;

import org.jspecify.annotations.NullMarked;
