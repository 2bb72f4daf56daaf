package dev.millrace.serving;

import static dev.millrace.serving.ItemValues.number;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Our tables in DynamoDB, and beside them how far into the log they go: one table of places, by partition. Items are
 * written under the condition that they are newer than what is there, and places after them; so whatever is written
 * again, late, or by a projector that lost its partition changes nothing.
 */
public final class DynamoTables implements Closeable {
    /** Longest one call of a projector may take; it has nothing to do meanwhile. */
    public static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

    /** As many as DynamoDB takes in one transaction. */
    private static final int ITEMS_MAX = 100;

    private static final String CONDITION_FAILED = "ConditionalCheckFailed";
    private static final String PLACES = "places";
    private static final String PLACE = "place";
    private static final String NEXT_OFFSET = "nextOffset";
    private static final String POSITION_OFFSET = "positionOffset";

    private final DynamoDbClient client;
    private final String prefix;

    /** @param within longest one call may take */
    public DynamoTables(DynamoSettings settings, Duration within) {
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
        this.prefix = settings.tablePrefix();
    }

    public DynamoDbClient client() {
        return client;
    }

    /** A table's name in calls. */
    public String named(String table) {
        return prefix + table;
    }

    /** A table whose items have a first part of their key in common, and are in the order of the second. */
    public CreateTableRequest.Builder table(String name, AttributeDefinition hash, AttributeDefinition range) {
        return CreateTableRequest.builder()
                .tableName(named(name))
                .attributeDefinitions(hash, range)
                .keySchema(key(hash, KeyType.HASH), key(range, KeyType.RANGE));
    }

    public static AttributeDefinition textKey(String name) {
        return key(name, ScalarAttributeType.S);
    }

    public static AttributeDefinition numberKey(String name) {
        return key(name, ScalarAttributeType.N);
    }

    private static AttributeDefinition key(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(AttributeDefinition attribute, KeyType type) {
        return KeySchemaElement.builder()
                .attributeName(attribute.attributeName())
                .keyType(type)
                .build();
    }

    /** Makes what is missing of these and of the places, and waits until it can be used. */
    public void make(CreateTableRequest.Builder... tables) {
        for (CreateTableRequest.Builder table : tables) {
            makeOne(table);
        }
        AttributeDefinition place = textKey(PLACE);
        makeOne(CreateTableRequest.builder()
                .tableName(named(PLACES))
                .attributeDefinitions(place)
                .keySchema(key(place, KeyType.HASH)));
    }

    private void makeOne(CreateTableRequest.Builder table) {
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

    /** What is kept of how far a partition's items go; empty before the first. */
    public Map<String, AttributeValue> place(String topic, int partition) {
        return client.getItem(get -> get.tableName(named(PLACES))
                        .key(placeOf(topic, partition))
                        .consistentRead(true))
                .item();
    }

    /** The first fact of a partition that isn't in. */
    public long next(String topic, int partition) {
        Map<String, AttributeValue> place = place(topic, partition);
        return place.isEmpty() ? 0 : number(place, NEXT_OFFSET);
    }

    /** Offset of the newest command whose fact is in, and so all before it; -1 if there is none. */
    public static long positionIn(Map<String, AttributeValue> place) {
        return place.containsKey(POSITION_OFFSET) ? number(place, POSITION_OFFSET) : -1;
    }

    /**
     * Moves a partition's place on. Its position stays as it is if the step has none.
     *
     * @param also what else is kept there and changes with it
     * @return false if somebody else has moved it as far, or further
     */
    public boolean move(FactStore.Step step, Map<String, AttributeValue> also) {
        Map<String, AttributeValue> changed = new HashMap<>(also);
        changed.put(NEXT_OFFSET, number(step.next()));
        step.position().ifPresent(position -> changed.put(POSITION_OFFSET, number(position.getOffset())));
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> set = new ArrayList<>();
        changed.forEach((name, value) -> {
            values.put(":" + name, value);
            set.add(name + " = :" + name);
        });
        try {
            client.updateItem(update -> update.tableName(named(PLACES))
                    .key(placeOf(step.topic(), step.partition()))
                    .updateExpression("SET " + String.join(", ", set))
                    .conditionExpression(isOlder(NEXT_OFFSET))
                    .expressionAttributeValues(values));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private static Map<String, AttributeValue> placeOf(String topic, int partition) {
        return Map.of(PLACE, AttributeValue.fromS(topic + "/" + partition));
    }

    /** The condition that what is there is older than a value called as the attribute is, with a colon before it. */
    public static String isOlder(String attribute) {
        return "attribute_not_exists(" + attribute + ") OR " + attribute + " < :" + attribute;
    }

    /** Writes those whose conditions hold; no two may be of the same item. */
    public void write(List<TransactWriteItem> items) {
        for (int from = 0; from < items.size(); from += ITEMS_MAX) {
            writeAtOnce(items.subList(from, Math.min(items.size(), from + ITEMS_MAX)));
        }
    }

    /** Those that are older than what is there stop the others from being written: they are left out, and once more. */
    private void writeAtOnce(List<TransactWriteItem> items) {
        try {
            client.transactWriteItems(transaction -> transaction.transactItems(items));
        } catch (TransactionCanceledException e) {
            List<CancellationReason> reasons = e.cancellationReasons();
            List<TransactWriteItem> rest = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                if (!CONDITION_FAILED.equals(reasons.get(i).code())) {
                    rest.add(items.get(i));
                }
            }
            if (rest.size() == items.size()) {
                throw e;
            }
            if (!rest.isEmpty()) {
                writeAtOnce(rest);
            }
        }
    }

    /** What a projector is told that can't reach it. */
    public static FactStore.Away away(SdkException e) {
        return new FactStore.Away(String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        client.close();
    }
}
