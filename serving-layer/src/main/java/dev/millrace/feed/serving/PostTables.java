package dev.millrace.feed.serving;

import static dev.millrace.serving.DynamoTables.textKey;
import static dev.millrace.serving.ItemValues.text;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.serving.DynamoSettings;
import dev.millrace.serving.DynamoTables;
import dev.millrace.serving.FactStore.Step;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** All posts in DynamoDB: one table, by author and post; an index leads from a post's id to its author. */
final class PostTables implements Closeable {
    /** Where an index has the author of a post's id; a moment after the post. */
    static final String BY_ID = "by-id";

    private static final String TOPIC = FeedTopics.POST_FACTS.name();
    private static final String POSTS = "posts";
    private static final String NEWEST_POST_ID = "newestPostId";

    private final DynamoTables tables;

    /**
     * How far the posts of a partition go.
     *
     * @param position newest command whose fact is in, and so all before it; -1 if there is none
     * @param newestPostId newest id given up to there, 0 if none was
     */
    record Place(long position, long newestPostId) {}

    /** @param within longest one call may take */
    PostTables(DynamoSettings settings, Duration within) {
        this.tables = new DynamoTables(settings, within);
    }

    DynamoDbClient client() {
        return tables.client();
    }

    String posts() {
        return tables.named(POSTS);
    }

    /** Makes what is missing, and waits until it can be used. */
    void make() {
        tables.make(tables.table(POSTS, textKey(PostItem.AUTHOR_ID), textKey(PostItem.POST_ID))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(BY_ID)
                        .keySchema(KeySchemaElement.builder()
                                .attributeName(PostItem.POST_ID)
                                .keyType(KeyType.HASH)
                                .build())
                        .projection(Projection.builder()
                                .projectionType(ProjectionType.KEYS_ONLY)
                                .build())
                        .build()));
    }

    Place place(int partition) {
        Map<String, AttributeValue> place = tables.place(TOPIC, partition);
        return new Place(
                DynamoTables.positionIn(place),
                place.containsKey(NEWEST_POST_ID)
                        ? PostIds.parse(text(place, NEWEST_POST_ID)).orElseThrow()
                        : 0);
    }

    long next(int partition) {
        return tables.next(TOPIC, partition);
    }

    /**
     * Moves a partition's place on.
     *
     * @param newestPostId stays as it is if empty
     * @return false if somebody else has moved it as far, or further
     */
    boolean move(Step step, OptionalLong newestPostId) {
        return tables.move(
                step,
                newestPostId.isPresent()
                        ? Map.of(NEWEST_POST_ID, AttributeValue.fromS(PostIds.text(newestPostId.getAsLong())))
                        : Map.of());
    }

    /** Writes those whose conditions hold; no two may be of the same post. */
    void write(List<TransactWriteItem> items) {
        tables.write(items);
    }

    /** The post with this id, deleted or not; empty also a moment after it was written. */
    Optional<PostItem> post(long postId) {
        List<Map<String, AttributeValue>> found = client().query(query -> query.tableName(posts())
                        .indexName(BY_ID)
                        .keyConditionExpression(PostItem.POST_ID + " = :id")
                        .expressionAttributeValues(Map.of(":id", AttributeValue.fromS(PostIds.text(postId)))))
                .items();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Map<String, AttributeValue> key = PostItem.key(text(found.get(0), PostItem.AUTHOR_ID), postId);
        Map<String, AttributeValue> item = client().getItem(
                        get -> get.tableName(posts()).key(key).consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(PostItem.from(item));
    }

    @Override
    public void close() {
        tables.close();
    }
}
