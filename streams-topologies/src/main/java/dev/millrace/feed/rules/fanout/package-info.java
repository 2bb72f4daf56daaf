/**
 * How a post gets to its author's followers: pages of follower ordinals, and their expansion in bounded steps. Pure:
 * pages come in and go out through {@link dev.millrace.feed.rules.fanout.AudiencePages}.
 */
@NullMarked
package dev.millrace.feed.rules.fanout;

import org.jspecify.annotations.NullMarked;
