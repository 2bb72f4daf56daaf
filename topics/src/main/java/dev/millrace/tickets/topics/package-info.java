/** What tickets put on the log: its topics, its ids, the names of its state queries. */
@NullMarked
package dev.millrace.tickets.topics;

import org.jspecify.annotations.NullMarked;
