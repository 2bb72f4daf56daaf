package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.FollowCommands.follow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.rules.FollowRules;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowersView.Follower;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** The state has a key per edge, so no value grows with their number, and no answer with more than was asked for. */
class ManyEdgesTest {
    private static final int VALUE_BYTES_MAX = 100;
    private static final long NOW = 1_795_600_000_000L;

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("edges").get();

    @Test
    void aReaderMayFollowFiftyThousand() {
        int many = 50_000;
        for (int i = 0; i < many; i++) {
            Position position = Position.newBuilder().setOffset(i).build();
            FollowRules.decide(new FollowBooks(store), follow("f" + i, "alice", "author-" + i), NOW, position)
                    .fact()
                    .ifPresent(fact -> FollowBooks.apply(store, fact));
        }

        List<String> read = new ArrayList<>();
        FollowingView part;
        do {
            part = following(read.isEmpty() ? "" : read.get(read.size() - 1), many);
            part.getEdgesList().forEach(edge -> read.add(edge.getAuthorId()));
            assertThat(part.getEdgesCount()).isLessThanOrEqualTo(FeedQueries.USERS_MAX);
        } while (part.getMore());

        assertThat(read).hasSize(many).doesNotHaveDuplicates();
        assertThat(part.getFollowing()).isEqualTo(many);
        assertThatNoValueIsLarge();
    }

    @Test
    void anAuthorMayHaveAMillionFollowers() {
        int many = 1_000_000;
        AudienceBooks books = new AudienceBooks(store);
        AudienceChange.Builder change =
                AudienceChange.newBuilder().setAuthorId("star").setAdded(true).setEdgeVersion(1);
        for (int i = 0; i < many; i++) {
            books.changed(change.setReaderId("reader-" + i)
                    .setReaderPartition(i % 64)
                    .setReaderOrdinal(i / 64 + 1)
                    .build());
        }

        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.FOLLOWERS)
                .setOwner("star")
                .setKey("reader-500000")
                .setArgument(ListQuestion.newBuilder()
                        .setAfter("reader-99999")
                        .setLimit(5)
                        .build()
                        .toByteString())
                .build();
        FollowersView page = (FollowersView) new AudienceQueries()
                .read(query, store, null, Position.getDefaultInstance())
                .orElseThrow();

        assertThat(page.getFollowers()).isEqualTo(many);
        assertThat(page.getIncludesReader()).isTrue();
        assertThat(page.getMore()).isTrue();
        assertThat(page.getPageList())
                .extracting(Follower::getReaderId)
                .containsExactly("reader-999990", "reader-999991", "reader-999992", "reader-999993", "reader-999994");
        assertThatNoValueIsLarge();
    }

    private FollowingView following(String after, long included) {
        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.FOLLOWING)
                .setOwner("alice")
                .setArgument(ListQuestion.newBuilder()
                        .setAfter(after)
                        .setLimit(FeedQueries.USERS_MAX)
                        .build()
                        .toByteString())
                .build();
        return (FollowingView) new FollowQueries()
                .read(
                        query,
                        store,
                        null,
                        Position.newBuilder().setOffset(included).build())
                .orElseThrow();
    }

    private void assertThatNoValueIsLarge() {
        int largest = 0;
        try (var all = store.all()) {
            while (all.hasNext()) {
                largest = Math.max(largest, all.next().value.length);
            }
        }
        assertThat(largest).isLessThan(VALUE_BYTES_MAX);
    }
}
