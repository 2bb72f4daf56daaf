package dev.millrace.feed.ingest;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.StateClient;
import java.util.List;
import java.util.function.Predicate;

/** Everything the feed brings to ingest. */
public final class FeedIngest {
    /** Command topics that the routes write to. */
    public static final List<TopicSpec<?>> TOPICS = List.of(FeedTopics.POST_COMMANDS, FeedTopics.FOLLOW_COMMANDS);

    private final CommandDesk desk;
    private final StateClient state;
    private final Predicate<String> closed;

    /** @param closed whether a user's account is closed */
    public FeedIngest(CommandDesk desk, StateClient state, Predicate<String> closed) {
        this.desk = desk;
        this.state = state;
        this.closed = closed;
    }

    public void addTo(CommandRoutes routes) {
        new PostRoutes(desk, new PostOwners(state)).addTo(routes);
        new FollowRoutes(desk, closed).addTo(routes);
    }
}
