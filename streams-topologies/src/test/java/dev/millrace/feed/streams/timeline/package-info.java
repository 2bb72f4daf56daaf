@NullMarked
package dev.millrace.feed.streams.timeline;

import org.jspecify.annotations.NullMarked;
