@NullMarked
package dev.millrace.feed.rules.fanout;

import org.jspecify.annotations.NullMarked;
