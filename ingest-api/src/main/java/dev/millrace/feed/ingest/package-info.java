/** Posting, following, blocking and muting: the feed's commands over HTTP. */
@NullMarked
package dev.millrace.feed.ingest;

import org.jspecify.annotations.NullMarked;
