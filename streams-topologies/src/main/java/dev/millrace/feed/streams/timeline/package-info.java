/**
 * Timelines: the newest posts of every reader of a partition, in memory laid out for it, restored from the page records
 * themselves.
 */
@NullMarked
package dev.millrace.feed.streams.timeline;

import org.jspecify.annotations.NullMarked;
