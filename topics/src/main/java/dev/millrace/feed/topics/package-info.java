/** What the feed puts on the log: its topics, its ids, the names of its state queries. */
@NullMarked
package dev.millrace.feed.topics;

import org.jspecify.annotations.NullMarked;
