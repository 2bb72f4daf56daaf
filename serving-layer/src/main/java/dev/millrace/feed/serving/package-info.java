/** Reading the feed: pages merged from the owners' state as they are asked for. */
@NullMarked
package dev.millrace.feed.serving;

import org.jspecify.annotations.NullMarked;
