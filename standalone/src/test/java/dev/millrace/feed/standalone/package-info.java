/** The feed over HTTP from the running system. */
@NullMarked
package dev.millrace.feed.standalone;

import org.jspecify.annotations.NullMarked;
