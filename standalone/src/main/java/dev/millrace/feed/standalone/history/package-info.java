/**
 * The feed's oracle: a slow and obvious model of posts and follows, and every page that was served held against it. It
 * shares only the messages on the wire with the system it checks.
 */
@NullMarked
package dev.millrace.feed.standalone.history;

import org.jspecify.annotations.NullMarked;
