/** What files put on the log: their topics, their ids, the names of their state queries. */
@NullMarked
package dev.millrace.files.topics;

import org.jspecify.annotations.NullMarked;
