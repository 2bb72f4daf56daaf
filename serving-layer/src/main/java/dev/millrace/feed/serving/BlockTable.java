package dev.millrace.feed.serving;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.serving.LongTimelines.Link;
import dev.millrace.feed.serving.LongTimelines.Timeline;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.serving.CassandraKeyspace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The long timelines in Cassandra: what has left full timelines, a row a block of 128 entries, under its timeline and
 * the week of its newest post. Rows vanish by themselves after 7 days, in whole files; nothing is ever deleted.
 */
final class BlockTable implements LongTimelines.Blocks {
    private static final Duration WEEK = Duration.ofDays(7);

    private final CassandraKeyspace cassandra;

    BlockTable(CassandraKeyspace cassandra) {
        this.cassandra = cassandra;
    }

    /** Makes what is missing. */
    void make() {
        cassandra.make();
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("timeline_blocks")
                + " (partition int, reader int, enrolment int, week int, post_left bigint, chain bigint,"
                + " left_before bigint, chain_before bigint, oldest bigint, posts blob,"
                + " PRIMARY KEY ((partition, reader, enrolment, week), post_left, chain))"
                + " WITH CLUSTERING ORDER BY (post_left DESC, chain ASC)"
                + " AND default_time_to_live = " + FeedTopics.TIMELINES_KEPT.toSeconds()
                + " AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS',"
                + " 'compaction_window_size': 1}");
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("block_places")
                + " (partition int PRIMARY KEY, next_offset bigint)");
    }

    BoundStatement write(EvictedBlock block) {
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("timeline_blocks") + " (partition, reader, enrolment, week, post_left,"
                        + " chain, left_before, chain_before, oldest, posts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                block.getReaderPartition(),
                block.getReaderOrdinal(),
                block.getEnrolment(),
                week(block.getLeft()),
                block.getLeft(),
                block.getChain(),
                block.getLeftBefore(),
                block.getChainBefore(),
                block.getEntries().getPostIds(0),
                ByteBuffer.wrap(block.getEntries().toByteArray()));
    }

    /** What moves a partition's place on. The offset is the write's time as well: whoever comes late changes nothing. */
    BoundStatement movePlace(int partition, long nextOffset) {
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("block_places")
                        + " (partition, next_offset) VALUES (?, ?) USING TIMESTAMP ?",
                partition,
                nextOffset,
                nextOffset);
    }

    /** Offset of the first block of the partition that isn't in. */
    long place(int partition) {
        Row row = cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT next_offset FROM " + cassandra.named("block_places") + " WHERE partition = ?",
                        partition))
                .one();
        return row == null ? 0 : row.getLong(0);
    }

    /** Of two weeks: what left in an older one has expired, but for a moment. */
    @Override
    public List<Link> links(Timeline timeline, long left, int linksMax) {
        List<Link> links = new ArrayList<>(linksOf(timeline, week(left), left, linksMax));
        if (links.size() < linksMax) {
            links.addAll(linksOf(timeline, week(left) - 1, left, linksMax - links.size()));
        }
        return links;
    }

    private List<Link> linksOf(Timeline timeline, int week, long left, int linksMax) {
        return cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT post_left, chain, left_before, chain_before, oldest FROM "
                                + cassandra.named("timeline_blocks")
                                + " WHERE partition = ? AND reader = ? AND enrolment = ? AND week = ?"
                                + " AND post_left <= ? LIMIT ?",
                        timeline.partition(),
                        timeline.reader(),
                        timeline.enrolment(),
                        week,
                        left,
                        linksMax))
                .map(row -> new Link(row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .all();
    }

    @Override
    public TimelineEntries entries(Timeline timeline, Link link) {
        Row row = cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT posts FROM " + cassandra.named("timeline_blocks")
                                + " WHERE partition = ? AND reader = ? AND enrolment = ? AND week = ?"
                                + " AND post_left = ? AND chain = ?",
                        timeline.partition(),
                        timeline.reader(),
                        timeline.enrolment(),
                        week(link.left()),
                        link.left(),
                        link.chain()))
                .one();
        if (row == null) {
            throw new IllegalStateException("a block has vanished since it was listed");
        }
        try {
            return TimelineEntries.parseFrom(row.getByteBuffer(0));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a block that was written can't be read", e);
        }
    }

    private static int week(long postId) {
        return (int) (PostIds.millisOf(postId) / WEEK.toMillis());
    }
}
