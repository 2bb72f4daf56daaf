/** A crowd on a running feed: people who follow, post, block and read as in a real network, and everything that may break. */
@NullMarked
package dev.millrace.feed.standalone.crowd;

import org.jspecify.annotations.NullMarked;
