package dev.millrace.feed.streams;

import static dev.millrace.feed.rules.PostCommands.delete;
import static dev.millrace.feed.rules.PostCommands.edit;
import static dev.millrace.feed.rules.PostCommands.newPost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorView;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.StateQuery;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostTopologyTest {
    private static final long NOW = 1_795_600_000_000L;

    private final FeedDriver feed = new FeedDriver();

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void aPostIsAFactUnderItsAuthorAndInTheState() throws Exception {
        long postId = feed.post(newPost("1", "alice", "hello"), NOW).getPost().getPostId();

        KeyValue<String, PostFact> fact = feed.postFacts().get(0);
        assertThat(fact.key).isEqualTo("alice");
        assertThat(fact.value.getPostCreated().getPostId()).isEqualTo(postId);
        assertThat(fact.value.getPosition().getLog()).isEqualTo("posts");
        assertThat(post(PostIds.text(postId)).orElseThrow().getContent()).isEqualTo("hello");
        assertThat(author("alice").getPosts()).isEqualTo(1);
        assertThat(author("bob").getPosts()).isZero();
    }

    /** For as long as it is there, and as much again in the changelog: docs/limits.md says so. */
    @Test
    void aPostTakesItsContentAndAHundredAndFiftyBytesOfState() throws Exception {
        feed.post(newPost("1", "alice", "hello"), NOW);
        long before = stateBytes();

        long postId = feed.post(newPost("2", "alice", "x".repeat(1_000)), NOW)
                .getPost()
                .getPostId();
        assertThat(stateBytes() - before).isBetween(1_000L, 1_150L);
        feed.post(delete("3", "alice", postId), NOW);

        // With the answer to the deletion, which is remembered for an hour.
        assertThat(stateBytes() - before).isLessThan(300);
    }

    private long stateBytes() {
        long bytes = 0;
        try (KeyValueIterator<Bytes, byte[]> all = feed.postStore().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> one = all.next();
                bytes += one.key.get().length + one.value.length;
            }
        }
        return bytes;
    }

    @Test
    void aRepeatedCommandGetsItsFirstAnswerAndMakesNothing() throws Exception {
        PostOutcome first = feed.post(newPost("1", "alice", "hello"), NOW);
        feed.post(delete("2", "alice", first.getPost().getPostId()), NOW);
        feed.postFacts();

        PostOutcome again = feed.post(newPost("1", "alice", "hello"), NOW + 9_000_000);
        PostOutcome deletedAgain =
                feed.post(delete("2", "alice", first.getPost().getPostId()), NOW);

        assertThat(again).isEqualTo(first);
        assertThat(deletedAgain.getPost().getDeleted()).isTrue();
        assertThat(feed.postFacts()).isEmpty();
    }

    @Test
    void aRepeatedEditDoesntUndoALaterOne() throws Exception {
        long postId = feed.post(newPost("1", "alice", "one"), NOW).getPost().getPostId();
        PostOutcome edited = feed.post(edit("2", "alice", postId, "two"), NOW + 1);
        feed.post(edit("3", "alice", postId, "three"), NOW + 2);

        PostOutcome again = feed.post(edit("2", "alice", postId, "two"), NOW + 3);

        assertThat(again).isEqualTo(edited);
        assertThat(post(PostIds.text(postId)).orElseThrow().getContent()).isEqualTo("three");
    }

    @Test
    void aKeyUsedForAnotherBodyIsRefused() throws Exception {
        long postId = feed.post(newPost("1", "alice", "hello"), NOW).getPost().getPostId();
        feed.post(edit("2", "alice", postId, "two"), NOW);

        assertThat(feed.post(newPost("1", "alice", "bye"), NOW).getRefused())
                .isEqualTo(PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED);
        assertThat(feed.post(edit("2", "alice", postId, "three"), NOW).getRefused())
                .isEqualTo(PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED);
        assertThat(feed.registry
                        .counter("millrace.refusals", "log", "posts", "reason", "POST_IDEMPOTENCY_KEY_REUSED")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aPostIsFoundByWhatItWentByBeforeItWasDecided() throws Exception {
        PostCommand command = newPost("1", "alice", "hello");
        String pending = PostIds.pending("alice", CommandId.of(command.getMeta().getCommandId()));
        assertThat(post(pending)).isEmpty();

        long postId = feed.post(command, NOW).getPost().getPostId();

        assertThat(post(pending).orElseThrow().getPostId()).isEqualTo(postId);
    }

    @Test
    void aDeletedPostIsFoundByNobody() throws Exception {
        long postId = feed.post(newPost("1", "alice", "secret"), NOW).getPost().getPostId();

        feed.post(delete("2", "alice", postId), NOW);

        assertThat(post(PostIds.text(postId))).isEmpty();
        assertThat(author("alice").getPosts()).isZero();
        try (var all = feed.postStore().all()) {
            assertThat(all)
                    .toIterable()
                    .allSatisfy(
                            entry -> assertThat(new String(entry.value, UTF_8)).doesNotContain("secret"));
        }
    }

    @Test
    void aCommandUnderAnotherAuthorsKeyIsADeadLetter() {
        feed.send("bob", newPost("1", "alice", "hello"));

        assertThat(feed.deadPosts()).hasSize(1);
        assertThat(feed.postFacts()).isEmpty();
        assertThat(Objects.requireNonNull(feed.postPartitions.get(0)).decidedOffset())
                .isZero();
    }

    @Test
    void rulesNewerThanTheBuildStopTheThread() {
        PostCommand adopt = newPost("1", "alice", "x").toBuilder()
                .setAdoptRules(AdoptRules.newBuilder().setVersion(9))
                .build();

        assertThatThrownBy(() -> feed.send("any", adopt))
                .rootCause()
                .hasMessageContaining("rules version: 9 in partition 0 of posts (expected: at most 1");
    }

    @Test
    void theTopologiesAreAsReviewed() throws IOException {
        String described = feed.postTopology.describe().toString()
                + feed.followTopology.describe()
                + feed.audienceTopology.describe();
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("/feed-topologies.txt"))) {
            assertThat(described).isEqualTo(new String(golden.readAllBytes(), UTF_8));
        }
    }

    private Optional<Post> post(String key) {
        StateQuery query =
                StateQuery.newBuilder().setName(FeedQueries.POST).setKey(key).build();
        return feed.askPosts(query, PostView.class).map(PostView::getPost);
    }

    private AuthorView author(String authorId) {
        StateQuery query = StateQuery.newBuilder()
                .setName(FeedQueries.AUTHOR)
                .setOwner(authorId)
                .build();
        return feed.askPosts(query, AuthorView.class).orElseThrow();
    }
}
