/** The feed's part of the launcher: what the demo has to read. */
@NullMarked
package dev.millrace.feed.standalone;

import org.jspecify.annotations.NullMarked;
