/**
 * What really happened in a sale, derived again from the logs by rules of its own and held against everything that was
 * decided, answered, shown and written. Shares nothing with the system but the messages on the wire.
 */
@NullMarked
package dev.millrace.tickets.standalone.history;

import org.jspecify.annotations.NullMarked;
