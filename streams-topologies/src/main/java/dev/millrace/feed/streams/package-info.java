/** The feed's topologies: posts, follows, and the authors' side of follows. */
@NullMarked
package dev.millrace.feed.streams;

import org.jspecify.annotations.NullMarked;
