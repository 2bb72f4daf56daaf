/** The feed's oracle, checked: everything right is clean, and each kind of contradiction is found. */
@NullMarked
package dev.millrace.feed.standalone.history;

import org.jspecify.annotations.NullMarked;
