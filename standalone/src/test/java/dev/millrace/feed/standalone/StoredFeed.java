package dev.millrace.feed.standalone;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.standalone.StoredItems;
import dev.millrace.standalone.history.LogReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB and Cassandra hold, a line per row, beside what the log says they should: both by ways of their own, so
 * that a mistake of the projections isn't made here as well.
 */
final class StoredFeed implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    private final String bootstrap;
    private final StoredItems items;
    private final String cassandra;
    private @Nullable CqlSession session;

    /** @param dynamodb host:port, as are the others */
    StoredFeed(String bootstrap, String dynamodb, String cassandra) {
        this.bootstrap = bootstrap;
        this.items = new StoredItems(dynamodb);
        this.cassandra = cassandra;
    }

    /** Each post's newest state in DynamoDB, by its id. */
    Map<String, String> posts() throws IOException, InterruptedException {
        Map<String, String> rows = new TreeMap<>();
        for (JsonNode item : items.all("posts")) {
            rows.put(
                    item.path("postId").path("S").asText(),
                    line(
                            item.path("authorId").path("S").asText(),
                            item.path("content").path("S").asText(),
                            item.path("createdAtMillis").path("N").asText(),
                            item.path("updatedAtMillis").path("N").asText(),
                            item.path("createdSequence").path("N").asText(),
                            item.path("deleted").path("BOOL").asText(),
                            item.path("createdOffset").path("N").asText(),
                            item.path("changedOffset").path("N").asText()));
        }
        return rows;
    }

    /** The same as the log's facts make it. */
    Map<String, String> postsByTheLog() {
        Map<String, String> rows = new TreeMap<>();
        Map<String, Long> created = new TreeMap<>();
        LogReader.each(bootstrap, FeedTopics.POST_FACTS.name(), record -> {
            PostFact fact = LogReader.decode(record, PostFact.parser());
            Post post = fact.hasPostCreated()
                    ? fact.getPostCreated()
                    : fact.hasPostEdited() ? fact.getPostEdited() : fact.getPostDeleted();
            String id = PostIds.text(post.getPostId());
            long offset = fact.getPosition().getOffset();
            created.putIfAbsent(id, offset);
            rows.put(
                    id,
                    line(
                            post.getAuthorId(),
                            post.getContent(),
                            post.getCreatedAtMillis(),
                            post.getUpdatedAtMillis(),
                            post.getCreatedSequence(),
                            post.getDeleted(),
                            created.get(id),
                            offset));
        });
        return rows;
    }

    /** Each edge there ever was, in Cassandra, by its two users and its version. */
    Map<String, String> edges(String table) {
        boolean byReader = table.equals("following");
        Map<String, String> rows = new TreeMap<>();
        Set<String> months = new TreeSet<>();
        for (Row row : session().execute("SELECT * FROM millrace." + table)) {
            rows.put(
                    line(row.getString("reader_id"), row.getString("author_id"), row.getLong("version")),
                    line(
                            row.getString("month"),
                            row.getLong("since"),
                            row.getInt("reader_partition"),
                            row.getLong("made_offset"),
                            row.getObject("ended"),
                            row.getObject("ended_offset")));
            months.add(line(row.getString(byReader ? "reader_id" : "author_id"), table, row.getString("month")));
        }
        // All at once: to ask for each of thousands would take longer than all else.
        for (Row row : session().execute("SELECT user_id, side, month FROM millrace.months")) {
            months.remove(line(row.getString("user_id"), row.getString("side"), row.getString("month")));
        }
        if (!months.isEmpty()) {
            throw new AssertionError("edges in months that aren't listed: " + months);
        }
        return rows;
    }

    /** The same as the log's facts make it. */
    Map<String, String> edgesByTheLog() {
        Map<String, String> rows = new TreeMap<>();
        Map<String, Long> made = new TreeMap<>();
        DateTimeFormatter month = DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);
        LogReader.each(bootstrap, FeedTopics.FOLLOW_FACTS.name(), record -> {
            FollowFact fact = LogReader.decode(record, FollowFact.parser());
            if (!fact.hasFollowed() && !fact.hasUnfollowed()) {
                return;
            }
            FollowEdge edge = fact.hasFollowed() ? fact.getFollowed() : fact.getUnfollowed();
            String key = line(fact.getReaderId(), edge.getAuthorId(), edge.getVersion());
            long offset = fact.getPosition().getOffset();
            made.putIfAbsent(key, offset);
            rows.put(
                    key,
                    line(
                            month.format(Instant.ofEpochMilli(edge.getSinceMillis())),
                            edge.getSinceMillis(),
                            record.partition(),
                            made.get(key),
                            fact.hasUnfollowed() ? fact.getAtMillis() : null,
                            fact.hasUnfollowed() ? offset : null));
        });
        return rows;
    }

    /** Each block that has left a timeline, in Cassandra, by its timeline and its name. */
    Map<String, String> blocks() {
        Map<String, String> rows = new TreeMap<>();
        try {
            for (Row row : session().execute("SELECT * FROM millrace.timeline_blocks")) {
                TimelineEntries entries = TimelineEntries.parseFrom(row.getByteBuffer("posts"));
                rows.put(
                        line(
                                row.getInt("partition"),
                                row.getInt("reader"),
                                row.getInt("enrolment"),
                                row.getLong("chain")),
                        line(
                                row.getLong("post_left"),
                                row.getLong("left_before"),
                                row.getLong("chain_before"),
                                row.getLong("oldest"),
                                entries));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a row that can't be read", e);
        }
        return rows;
    }

    /** The same as the log has them. */
    Map<String, String> blocksByTheLog() {
        Map<String, String> rows = new TreeMap<>();
        LogReader.each(bootstrap, FeedTopics.EVICTED_BLOCKS.name(), record -> {
            EvictedBlock block = LogReader.decode(record, EvictedBlock.parser());
            rows.put(
                    line(record.partition(), block.getReaderOrdinal(), block.getEnrolment(), block.getChain()),
                    line(
                            block.getLeft(),
                            block.getLeftBefore(),
                            block.getChainBefore(),
                            block.getEntries().getPostIds(0),
                            block.getEntries()));
        });
        return rows;
    }

    /** Has DynamoDB's projection forget how far it has come; it begins again once it is started anew. */
    void forgetPlacesOfPosts() throws IOException, InterruptedException {
        items.forgetPlaces(FeedTopics.POST_FACTS.name());
    }

    /** Loses all that is in Cassandra. */
    void dropEdges() {
        session().execute(SimpleStatement.newInstance("DROP KEYSPACE millrace").setTimeout(ANSWER_WITHIN));
    }

    /** Opened when it is first used, as late as when Cassandra is back. */
    private CqlSession session() {
        CqlSession open = session;
        if (open == null) {
            int colon = cassandra.indexOf(':');
            open = CqlSession.builder()
                    .addContactPoint(new InetSocketAddress(
                            cassandra.substring(0, colon), Integer.parseInt(cassandra.substring(colon + 1))))
                    .withLocalDatacenter("datacenter1")
                    .build();
            session = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }

    private static String line(@Nullable Object... values) {
        StringBuilder line = new StringBuilder();
        for (Object value : values) {
            line.append(value).append(" | ");
        }
        return line.toString();
    }
}
