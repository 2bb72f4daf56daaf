package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which items post facts become. */
class PostItemTest {
    private static final long ID = PostIds.next(0, 1_800_000_000_000L, 3);
    private static final PostFact CREATED =
            fact(10).setPostCreated(post("first")).build();
    private static final PostFact EDITED = fact(11).setPostEdited(
                    post("second").toBuilder().setUpdatedAtMillis(1_800_000_000_500L))
            .build();
    private static final PostFact DELETED =
            fact(12).setPostDeleted(post("").toBuilder().setDeleted(true)).build();

    /** Facts as they come, and the one item that is written: content, whether deleted, offsets of making and change. */
    static Stream<Arguments> batches() {
        return Stream.of(
                Arguments.of(List.of(CREATED), "first", false, 10L, 10L),
                Arguments.of(List.of(CREATED, EDITED), "second", false, 10L, 11L),
                Arguments.of(List.of(CREATED, EDITED, DELETED), "", true, 10L, 12L),
                Arguments.of(List.of(EDITED), "second", false, null, 11L),
                Arguments.of(List.of(DELETED), "", true, null, 12L),
                // A tombstone that comes first wins, and the making is known all the same.
                Arguments.of(List.of(DELETED, CREATED), "", true, 10L, 12L),
                Arguments.of(List.of(EDITED, CREATED, CREATED), "second", false, 10L, 11L));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void theNewestStateOfAPostIsWrittenWhateverTheOrder(
            List<PostFact> facts, String content, boolean deleted, @Nullable Long createdOffset, long changedOffset) {
        List<PostItem> items = List.copyOf(PostItem.newestOf(facts));

        assertThat(items).hasSize(1);
        Map<String, AttributeValue> attributes = items.get(0).attributes();
        assertThat(items.get(0).key())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "authorId", AttributeValue.fromS("alice"), "postId", AttributeValue.fromS(PostIds.text(ID))));
        assertThat(attributes)
                .containsEntry("content", AttributeValue.fromS(content))
                .containsEntry("deleted", AttributeValue.fromBool(deleted))
                .containsEntry("changedOffset", AttributeValue.fromN(Long.toString(changedOffset)));
        if (createdOffset == null) {
            assertThat(attributes).doesNotContainKey("createdOffset");
        } else {
            assertThat(attributes).containsEntry("createdOffset", AttributeValue.fromN(createdOffset.toString()));
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void anItemThatIsReadIsTheOneThatWasWritten(List<PostFact> facts) {
        PostItem written = PostItem.newestOf(facts).iterator().next();
        Map<String, AttributeValue> item = new HashMap<>(written.attributes());
        item.putAll(written.key());

        assertThat(PostItem.from(item)).isEqualTo(written);
    }

    @Test
    void eachPostIsAnItemOfItsOwn() {
        Post other = post("other").toBuilder().setPostId(ID + 1).build();

        assertThat(PostItem.newestOf(
                        List.of(CREATED, fact(13).setPostCreated(other).build(), EDITED)))
                .extracting(item -> item.post().getContent())
                .containsExactly("second", "other");
    }

    @Test
    void everyKindOfFactIsKnown() {
        for (PostFact.KindCase kind : PostFact.KindCase.values()) {
            PostFact.Builder fact = fact(1);
            if (kind == PostFact.KindCase.KIND_NOT_SET) {
                assertThatThrownBy(() -> PostItem.of(fact.build())).isInstanceOf(IllegalArgumentException.class);
            } else {
                fact.setField(PostFact.getDescriptor().findFieldByNumber(kind.getNumber()), post("any"));
                assertThat(PostItem.of(fact.build()).post().getContent()).isEqualTo("any");
            }
        }
    }

    private static PostFact.Builder fact(long offset) {
        return PostFact.newBuilder()
                .setAuthorId("alice")
                .setPosition(
                        Position.newBuilder().setLog("posts").setPartition(3).setOffset(offset));
    }

    private static Post post(String content) {
        return Post.newBuilder()
                .setPostId(ID)
                .setAuthorId("alice")
                .setContent(content)
                .setCreatedAtMillis(1_800_000_000_000L)
                .setCreatedSequence(7)
                .build();
    }
}
