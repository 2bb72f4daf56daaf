package dev.millrace.topics;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.tickets.topics.TicketsTopics;
import java.util.List;
import java.util.stream.Stream;

/** Every topic there is. */
public final class TopicCatalogue {
    public static final List<TopicSpec<?>> ALL = Stream.of(
                    SpineTopics.ALL, TicketsTopics.ALL, FeedTopics.ALL, FilesTopics.ALL)
            .flatMap(List::stream)
            .toList();

    private TopicCatalogue() {}
}
