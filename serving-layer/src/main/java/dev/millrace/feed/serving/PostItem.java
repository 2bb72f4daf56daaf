package dev.millrace.feed.serving;

import static dev.millrace.serving.ItemValues.number;
import static dev.millrace.serving.ItemValues.text;
import static dev.millrace.serving.ItemValues.value;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostFact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A post as DynamoDB keeps it: under its author, in the order of its id, deleted ones as well. It only goes forward: an
 * older state never takes the place of a newer one, in whatever order they come.
 *
 * @param createdOffset of the command that made it; empty if this was made of later facts only
 * @param changedOffset of the newest command that changed it
 */
record PostItem(Post post, OptionalLong createdOffset, long changedOffset) {
    static final String AUTHOR_ID = "authorId";
    static final String POST_ID = "postId";
    static final String CHANGED_OFFSET = "changedOffset";

    private static final String CREATED_OFFSET = "createdOffset";
    private static final String CONTENT = "content";
    private static final String CREATED_AT = "createdAtMillis";
    private static final String UPDATED_AT = "updatedAtMillis";
    private static final String CREATED_SEQUENCE = "createdSequence";
    private static final String DELETED = "deleted";

    static PostItem of(PostFact fact) {
        long offset = fact.getPosition().getOffset();
        return switch (fact.getKindCase()) {
            case POST_CREATED -> new PostItem(fact.getPostCreated(), OptionalLong.of(offset), offset);
            case POST_EDITED -> new PostItem(fact.getPostEdited(), OptionalLong.empty(), offset);
            case POST_DELETED -> new PostItem(fact.getPostDeleted(), OptionalLong.empty(), offset);
            case KIND_NOT_SET -> throw new IllegalArgumentException("post fact without a kind: offset " + offset);
        };
    }

    /** What is left to write of facts: the newest state of each post. */
    static Collection<PostItem> newestOf(List<PostFact> facts) {
        Map<Long, PostItem> newest = new LinkedHashMap<>();
        facts.forEach(fact -> {
            PostItem item = of(fact);
            newest.merge(item.post().getPostId(), item, PostItem::and);
        });
        return new ArrayList<>(newest.values());
    }

    private PostItem and(PostItem other) {
        PostItem newer = other.changedOffset > changedOffset ? other : this;
        OptionalLong created = createdOffset.isPresent() ? createdOffset : other.createdOffset;
        return new PostItem(newer.post, created, newer.changedOffset);
    }

    Map<String, AttributeValue> key() {
        return key(post.getAuthorId(), post.getPostId());
    }

    static Map<String, AttributeValue> key(String authorId, long postId) {
        return Map.of(AUTHOR_ID, AttributeValue.fromS(authorId), POST_ID, AttributeValue.fromS(PostIds.text(postId)));
    }

    /** All but the key. What isn't known of a post isn't written. */
    Map<String, AttributeValue> attributes() {
        Map<String, AttributeValue> all = new HashMap<>();
        all.put(CONTENT, AttributeValue.fromS(post.getContent()));
        all.put(CREATED_AT, number(post.getCreatedAtMillis()));
        all.put(UPDATED_AT, number(post.getUpdatedAtMillis()));
        all.put(CREATED_SEQUENCE, number(post.getCreatedSequence()));
        all.put(DELETED, AttributeValue.fromBool(post.getDeleted()));
        all.put(CHANGED_OFFSET, number(changedOffset));
        createdOffset.ifPresent(offset -> all.put(CREATED_OFFSET, number(offset)));
        return all;
    }

    static PostItem from(Map<String, AttributeValue> item) {
        Post post = Post.newBuilder()
                .setPostId(PostIds.parse(text(item, POST_ID)).orElseThrow())
                .setAuthorId(text(item, AUTHOR_ID))
                .setContent(text(item, CONTENT))
                .setCreatedAtMillis(number(item, CREATED_AT))
                .setUpdatedAtMillis(number(item, UPDATED_AT))
                .setCreatedSequence(number(item, CREATED_SEQUENCE))
                .setDeleted(value(item, DELETED).bool())
                .build();
        return new PostItem(
                post,
                item.containsKey(CREATED_OFFSET) ? OptionalLong.of(number(item, CREATED_OFFSET)) : OptionalLong.empty(),
                number(item, CHANGED_OFFSET));
    }
}
