package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineView;
import io.vertx.core.Future;
import java.util.Optional;

/** What is pushed to readers, asked for reader by reader. */
interface ReaderTimelines {
    /** Fails with a Problem if nobody can answer. */
    Future<Optional<TimelineView>> timeline(String readerId, TimelineQuestion question);
}
