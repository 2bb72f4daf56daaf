/** What an author's and a reader's owner decide, as pure functions: no Kafka, no clock. */
@NullMarked
package dev.millrace.feed.rules;

import org.jspecify.annotations.NullMarked;
