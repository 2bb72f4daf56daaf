package dev.millrace.feed.serving;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.serving.StoreSettings;
import dev.millrace.topics.TopicSpec;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * All posts in DynamoDB, and beside them how far into the log they go. One table of posts, by author and post; an index
 * leads from a post's id to its author. One table of places in the log, by partition.
 */
final class PostTables implements Closeable {
    /** Where an index has the author of a post's id; a moment after the post. */
    static final String BY_ID = "by-id";

    private static final TopicSpec<?> TOPIC = FeedTopics.POST_FACTS;
    private static final String PLACE = "place";
    private static final String NEXT_OFFSET = "nextOffset";
    private static final String POSITION_OFFSET = "positionOffset";
    private static final String NEWEST_POST_ID = "newestPostId";

    private final DynamoDbClient client;
    private final String posts;
    private final String places;

    /**
     * How far the posts of a partition go.
     *
     * @param nextOffset of the first fact that isn't in
     * @param position newest command whose fact is in, and so all before it; -1 if there is none
     * @param newestPostId newest id given up to there, 0 if none was
     */
    record Place(long nextOffset, long position, long newestPostId) {
        static final Place BEGINNING = new Place(0, -1, 0);
    }

    /** @param within longest one call may take */
    PostTables(StoreSettings.DynamoDb settings, Duration within) {
        AwsCredentialsProvider credentials = settings.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(within)
                        .socketTimeout(within))
                .overrideConfiguration(o -> o.apiCallTimeout(within));
        settings.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
        this.posts = settings.tablePrefix() + "posts";
        this.places = settings.tablePrefix() + "places";
    }

    DynamoDbClient client() {
        return client;
    }

    String posts() {
        return posts;
    }

    /** Makes what is missing, and waits until it can be used. */
    void make() {
        make(CreateTableRequest.builder()
                .tableName(posts)
                .attributeDefinitions(text(PostItem.AUTHOR_ID), text(PostItem.POST_ID))
                .keySchema(key(PostItem.AUTHOR_ID, KeyType.HASH), key(PostItem.POST_ID, KeyType.RANGE))
                .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                        .indexName(BY_ID)
                        .keySchema(key(PostItem.POST_ID, KeyType.HASH))
                        .projection(Projection.builder()
                                .projectionType(ProjectionType.KEYS_ONLY)
                                .build())
                        .build()));
        make(CreateTableRequest.builder()
                .tableName(places)
                .attributeDefinitions(text(PLACE))
                .keySchema(key(PLACE, KeyType.HASH)));
    }

    private void make(CreateTableRequest.Builder table) {
        CreateTableRequest wanted =
                table.billingMode(BillingMode.PAY_PER_REQUEST).build();
        try {
            client.describeTable(t -> t.tableName(wanted.tableName()));
        } catch (ResourceNotFoundException missing) {
            try {
                client.createTable(wanted);
            } catch (ResourceInUseException e) {
                // Another process was quicker.
            }
        }
        try (var waiter = client.waiter()) {
            waiter.waitUntilTableExists(t -> t.tableName(wanted.tableName()));
        }
    }

    Place place(int partition) {
        Map<String, AttributeValue> item = client.getItem(
                        get -> get.tableName(places).key(placeOf(partition)).consistentRead(true))
                .item();
        return item.isEmpty()
                ? Place.BEGINNING
                : new Place(
                        PostItem.number(item, NEXT_OFFSET),
                        item.containsKey(POSITION_OFFSET) ? PostItem.number(item, POSITION_OFFSET) : -1,
                        item.containsKey(NEWEST_POST_ID)
                                ? PostIds.parse(PostItem.text(item, NEWEST_POST_ID))
                                        .orElseThrow()
                                : 0);
    }

    /**
     * Moves a partition's place on.
     *
     * @param position stays as it is if empty
     * @param newestPostId stays as it is if empty
     * @return false if somebody else has moved it as far, or further
     */
    boolean move(int partition, long nextOffset, OptionalLong position, OptionalLong newestPostId) {
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":next", PostItem.number(nextOffset));
        StringBuilder set = new StringBuilder("SET " + NEXT_OFFSET + " = :next");
        position.ifPresent(offset -> {
            values.put(":position", PostItem.number(offset));
            set.append(", " + POSITION_OFFSET + " = :position");
        });
        newestPostId.ifPresent(id -> {
            values.put(":newest", AttributeValue.fromS(PostIds.text(id)));
            set.append(", " + NEWEST_POST_ID + " = :newest");
        });
        try {
            client.updateItem(update -> update.tableName(places)
                    .key(placeOf(partition))
                    .updateExpression(set.toString())
                    .conditionExpression("attribute_not_exists(" + NEXT_OFFSET + ") OR " + NEXT_OFFSET + " < :next")
                    .expressionAttributeValues(values));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** The post with this id, deleted or not; empty also a moment after it was written. */
    Optional<PostItem> post(long postId) {
        List<Map<String, AttributeValue>> found = client.query(query -> query.tableName(posts)
                        .indexName(BY_ID)
                        .keyConditionExpression(PostItem.POST_ID + " = :id")
                        .expressionAttributeValues(Map.of(":id", AttributeValue.fromS(PostIds.text(postId)))))
                .items();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Map<String, AttributeValue> key = PostItem.key(PostItem.text(found.get(0), PostItem.AUTHOR_ID), postId);
        Map<String, AttributeValue> item = client.getItem(
                        get -> get.tableName(posts).key(key).consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(PostItem.from(item));
    }

    private static Map<String, AttributeValue> placeOf(int partition) {
        return Map.of(PLACE, AttributeValue.fromS(TOPIC.name() + "/" + partition));
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    @Override
    public void close() {
        client.close();
    }
}
