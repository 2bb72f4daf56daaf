package dev.millrace.feed.standalone.history;

import com.google.protobuf.Parser;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.standalone.history.LogReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything on the feed's logs, of everybody: ids and ordinals are given out by partition, so nobody's can be left
 * out. By partition, each in its order.
 */
record FeedLog(
        Map<Integer, List<Written<PostCommand>>> postCommands,
        Map<Integer, List<Written<PostFact>>> postFacts,
        Map<Integer, List<Written<FollowCommand>>> followCommands,
        Map<Integer, List<Written<FollowFact>>> followFacts,
        Map<Integer, List<Written<AudienceChange>>> audienceChanges,
        Map<Integer, List<Written<AudienceFact>>> audienceFacts) {
    static final String POSTS = "posts";
    static final String FOLLOWS = "follows";

    /** What came of something is read after it, so whatever was decided meanwhile has its command in here. */
    static FeedLog read(String bootstrap) {
        return new FeedLog(
                topic(bootstrap, "feed.post-commands", PostCommand.parser()),
                topic(bootstrap, "feed.post-facts", PostFact.parser()),
                topic(bootstrap, "feed.follow-commands", FollowCommand.parser()),
                topic(bootstrap, "feed.follow-facts", FollowFact.parser()),
                topic(bootstrap, "feed.audience-changes", AudienceChange.parser()),
                topic(bootstrap, "feed.audience-facts", AudienceFact.parser()));
    }

    private static <T> Map<Integer, List<Written<T>>> topic(String bootstrap, String name, Parser<T> parser) {
        Map<Integer, List<Written<T>>> records = new TreeMap<>();
        LogReader.each(bootstrap, name, record -> {
            List<Written<T>> before = records.computeIfAbsent(record.partition(), p -> new ArrayList<>());
            if (before.isEmpty() && name.endsWith("-commands") && record.offset() != 0) {
                throw new IllegalStateException(name + ": begins at " + record.offset() + " in partition "
                        + record.partition() + " (expected: 0, as nothing can be decided again without its beginning)");
            }
            before.add(new Written<>(
                    record.partition(), record.offset(), record.timestamp(), LogReader.decode(record, parser)));
        });
        return records;
    }
}
