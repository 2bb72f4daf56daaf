/** The commands of {@code ./millrace}: what people type and what they read. The only place that writes to the terminal. */
@NullMarked
package dev.millrace.standalone.cli;

import org.jspecify.annotations.NullMarked;
