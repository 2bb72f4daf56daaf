package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.FollowCommands.follow;
import static dev.millrace.feed.rules.FollowCommands.unfollow;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.PushedUpTo;
import dev.millrace.feed.topics.v1.PushingEnded;
import dev.millrace.feed.topics.v1.TimelineRecord;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTopologyTest {
    private static final long NOW = 1_795_600_000_000L;

    private final FeedDriver feed = new FeedDriver();

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void aPostIsPushedToWhoFollows() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.follow(follow("2", "carol", "bob"));
        feed.settle();

        long post = post("3", "bob");

        assertThat(feed.pages()).containsExactly(push("bob", post, 1, 1));
    }

    @Test
    void anEdgeIsToldWhichPostsCameBeforeIt() throws Exception {
        long before = post("1", "bob");

        feed.follow(follow("2", "alice", "bob"));

        assertThat(feed.settle()).extracting(AudienceFact::getNewestPostId).containsExactly(before);
    }

    @Test
    void afterAnUnfollowNothingIsPushed() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();
        feed.pages();
        feed.follow(unfollow("2", "alice", "bob"));
        feed.settle();

        post("3", "bob");

        // Said before the post that it concerns, so that a list from before it isn't trusted.
        assertThat(feed.pages())
                .containsExactly(TimelineRecord.newBuilder()
                        .setPushingEnded(PushingEnded.newBuilder()
                                .setReaderOrdinal(1)
                                // The follow was the first command, its acknowledgement the second.
                                .setFollowsOffset(2))
                        .build());
    }

    @Test
    void theReadersSideIsToldWhatIsWithIt() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.settle();
        long post = post("3", "bob");
        feed.advance(Duration.ofSeconds(1));
        feed.advance(Duration.ofSeconds(1));

        assertThat(feed.pages())
                .containsExactly(
                        push("bob", post, 1),
                        TimelineRecord.newBuilder()
                                .setPushedUpTo(PushedUpTo.newBuilder()
                                        .setAuthorPartition(0)
                                        .setPostId(post))
                                .build());
    }

    @Test
    void aHotAuthorsPostsArentPushedAndItIsSaidWhich() throws Exception {
        feed.follow(follow("1", "alice", "bob"));
        feed.follow(follow("2", "carol", "bob"));
        feed.follow(follow("3", "dave", "bob"));
        feed.settle();

        long post = post("4", "bob");

        assertThat(feed.pages()).isEmpty();
        assertThat(feed.modes())
                .containsExactly(AuthorMode.newBuilder()
                        .setAuthorId("bob")
                        .setHot(true)
                        .setFromPostId(post)
                        .setChangedPostId(post)
                        .build());
        feed.advance(Duration.ofSeconds(1));
        assertThat(feed.pages())
                .containsExactly(TimelineRecord.newBuilder()
                        .setPushedUpTo(PushedUpTo.newBuilder()
                                .setAuthorPartition(0)
                                .setPostId(post)
                                .setNewestModeChange(post))
                        .build());
    }

    @Test
    void anEdgeToWhoeverIsFirstInThePartitionIsPushedAllTheSame() throws Exception {
        feed.follow(follow("1", "alice", "bob"));

        assertThat(feed.settle()).extracting(AudienceFact::getNewestPostId).containsExactly(1L);
    }

    private long post(String id, String author) throws Exception {
        long post = feed.post(newPost(id, author, "words"), NOW).getPost().getPostId();
        feed.settle();
        return post;
    }

    private static TimelineRecord push(String author, long post, int... distances) {
        byte[] page = new byte[distances.length];
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) distances[i];
        }
        return TimelineRecord.newBuilder()
                .setPushPost(PushPost.newBuilder()
                        .setAuthorId(author)
                        .setPostId(post)
                        .setReaders(ByteString.copyFrom(page)))
                .build();
    }
}
