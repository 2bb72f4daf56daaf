/** Reads, live seat maps and projections of tickets. */
@NullMarked
package dev.millrace.tickets.serving;

import org.jspecify.annotations.NullMarked;
