@NullMarked
package dev.millrace.feed.topics;

import org.jspecify.annotations.NullMarked;
