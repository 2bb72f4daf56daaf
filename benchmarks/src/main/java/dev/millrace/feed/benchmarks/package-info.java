/** Measurements of the feed. */
@NullMarked
package dev.millrace.feed.benchmarks;

import org.jspecify.annotations.NullMarked;
