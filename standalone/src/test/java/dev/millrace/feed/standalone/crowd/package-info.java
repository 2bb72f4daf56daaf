/** The crowd: what it is made of, and what it says of a system with a bug. */
@NullMarked
package dev.millrace.feed.standalone.crowd;

import org.jspecify.annotations.NullMarked;
