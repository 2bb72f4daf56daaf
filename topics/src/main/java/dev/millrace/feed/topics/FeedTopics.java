package dev.millrace.feed.topics;

import com.google.protobuf.MessageLite;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Cleanup;
import dev.millrace.topics.TopicSpec.Partitions;
import dev.millrace.topics.TopicSpec.Timestamps;
import dev.millrace.topics.WireSerde;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Topics of the feed. All are keyed by a user's id and have the same partitions, so a user's are one number in all. */
public final class FeedTopics {
    /** Log name of post commands and facts, as in positions. */
    public static final String POSTS = "posts";
    /** Log name of follow commands and facts, as in positions. */
    public static final String FOLLOWS = "follows";
    /** Log name of what the authors' side follows; nobody is given a position in it. */
    public static final String AUDIENCE = "audience";

    /** Log name of what is in timelines, as in positions. */
    public static final String TIMELINES = "timelines";

    /** Posts older than this are read where they are and not in a timeline. */
    public static final Duration TIMELINES_KEPT = Duration.ofDays(7);

    /** A post of 5,000 characters takes at most 15 KB, twice that in an outcome beside its fact. */
    private static final int RECORD_BYTES_MAX = 64 * 1024;

    private static final Duration DECIDED_KEPT = Duration.ofDays(30);

    private static final Partitions USERS = new Partitions(64, 8);

    public static final TopicSpec<PostCommand> POST_COMMANDS = topic(
            "feed.post-commands",
            POSTS,
            "author id",
            PostCommand.getDefaultInstance(),
            PostCommand.class,
            Optional.of(DECIDED_KEPT),
            "What authors ask for, in the order their owner decides it. The broker's time is the decision's.");

    public static final TopicSpec<PostFact> POST_FACTS = topic(
            "feed.post-facts",
            POSTS,
            "author id",
            PostFact.getDefaultInstance(),
            PostFact.class,
            Optional.empty(),
            "Every post made, edited and deleted: the source of timelines, live sockets and databases.");

    public static final TopicSpec<FollowCommand> FOLLOW_COMMANDS = topic(
            "feed.follow-commands",
            FOLLOWS,
            "reader id",
            FollowCommand.getDefaultInstance(),
            FollowCommand.class,
            Optional.of(DECIDED_KEPT),
            "Whom readers want to follow, block and mute, and what their owner learns from other owners.");

    public static final TopicSpec<FollowFact> FOLLOW_FACTS = topic(
            "feed.follow-facts",
            FOLLOWS,
            "reader id",
            FollowFact.getDefaultInstance(),
            FollowFact.class,
            Optional.empty(),
            "What each reader follows, blocks and mutes, as their owner decided it.");

    public static final TopicSpec<AudienceChange> AUDIENCE_CHANGES = topic(
            "feed.audience-changes",
            AUDIENCE,
            "author id",
            AudienceChange.getDefaultInstance(),
            AudienceChange.class,
            Optional.of(DECIDED_KEPT),
            "The same edges for the authors' side: one record for each that comes or goes.");

    public static final TopicSpec<AudienceFact> AUDIENCE_FACTS = topic(
            "feed.audience-facts",
            AUDIENCE,
            "author id",
            AudienceFact.getDefaultInstance(),
            AudienceFact.class,
            Optional.of(DECIDED_KEPT),
            "From which post on an edge counts; carried back to the reader's owner as a command.");

    public static final TopicSpec<TimelineRecord> TIMELINE_PAGES = topic(
            "feed.timeline-pages",
            TIMELINES,
            "author or reader id; the partition is the readers' own",
            TimelineRecord.getDefaultInstance(),
            TimelineRecord.class,
            Optional.of(TIMELINES_KEPT.plusDays(1)),
            "One record for a post and up to 512 of its readers. Timelines have no changelog but this.");

    public static final TopicSpec<EvictedBlock> EVICTED_BLOCKS = topic(
            "feed.evicted-blocks",
            TIMELINES,
            "none; the partition is the reader's own",
            EvictedBlock.getDefaultInstance(),
            EvictedBlock.class,
            Optional.of(TIMELINES_KEPT),
            "What leaves full timelines, 128 entries at once: the source of the long timeline.");

    public static final TopicSpec<AuthorMode> AUTHOR_MODES = new TopicSpec<>(
            "feed.author-modes",
            AUDIENCE,
            "author id",
            WireSerde.of(AuthorMode.getDefaultInstance()),
            AuthorMode.class,
            true,
            USERS,
            Optional.empty(),
            Cleanup.COMPACT,
            Timestamps.LOG_APPEND_TIME,
            RECORD_BYTES_MAX,
            "Whose posts aren't pushed because too many would get them: readers merge them in.");

    public static final List<TopicSpec<?>> ALL = List.of(
            POST_COMMANDS,
            POST_FACTS,
            FOLLOW_COMMANDS,
            FOLLOW_FACTS,
            AUDIENCE_CHANGES,
            AUDIENCE_FACTS,
            TIMELINE_PAGES,
            EVICTED_BLOCKS,
            AUTHOR_MODES);

    private FeedTopics() {}

    private static <T extends MessageLite> TopicSpec<T> topic(
            String name, String log, String key, T empty, Class<T> type, Optional<Duration> kept, String why) {
        return new TopicSpec<>(
                name,
                log,
                key,
                WireSerde.of(empty),
                type,
                true,
                USERS,
                kept,
                Cleanup.DELETE,
                Timestamps.LOG_APPEND_TIME,
                RECORD_BYTES_MAX,
                why);
    }
}
