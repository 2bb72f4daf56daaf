package dev.millrace.feed.serving;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.StoreSettings;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Post facts to DynamoDB: every post as it is now, deleted ones as tombstones. Posts are written under the condition
 * that they are newer than what is there, and the place in the log after them; so whatever is written again, late, or by
 * a projector that lost its partition changes nothing.
 */
final class DynamoPosts implements FactStore {
    static final String NAME = "feed-posts";

    /** As many as DynamoDB takes in one transaction. */
    private static final int ITEMS_MAX = 100;

    private static final Duration CALL_WITHIN = Duration.ofSeconds(10);
    private static final String IS_OLDER =
            "attribute_not_exists(" + PostItem.CHANGED_OFFSET + ") OR " + PostItem.CHANGED_OFFSET + " < :changedOffset";
    private static final String CONDITION_FAILED = "ConditionalCheckFailed";

    private final PostTables tables;

    DynamoPosts(StoreSettings.DynamoDb settings) {
        this.tables = new PostTables(settings, CALL_WITHIN);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String server() {
        return "DynamoDB";
    }

    @Override
    public boolean isVital() {
        return false;
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return List.of(FeedTopics.POST_FACTS);
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.of(((PostFact) fact.value()).getPosition());
    }

    @Override
    public void open() throws Away {
        try {
            tables.make();
        } catch (SdkException e) {
            throw away(e);
        }
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try {
            return tables.place(partition).nextOffset();
        } catch (SdkException e) {
            throw away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        Map<Integer, List<PostFact>> byPartition = facts.stream()
                .collect(Collectors.groupingBy(
                        Fact::partition, Collectors.mapping(fact -> (PostFact) fact.value(), Collectors.toList())));
        try {
            List<PostItem> items = byPartition.values().stream()
                    .flatMap(ofPartition -> PostItem.newestOf(ofPartition).stream())
                    .toList();
            for (int from = 0; from < items.size(); from += ITEMS_MAX) {
                put(items.subList(from, Math.min(items.size(), from + ITEMS_MAX)));
            }
            boolean ours = true;
            for (Step step : steps) {
                OptionalLong newest = byPartition.getOrDefault(step.partition(), List.of()).stream()
                        .filter(PostFact::hasPostCreated)
                        .mapToLong(fact -> fact.getPostCreated().getPostId())
                        .max();
                OptionalLong position =
                        step.position().stream().mapToLong(Position::getOffset).findFirst();
                ours &= tables.move(step.partition(), step.next(), position, newest);
            }
            return ours;
        } catch (SdkException e) {
            throw away(e);
        }
    }

    /** Those that are older than what is there stop the others from being written: they are left out, and once more. */
    private void put(List<PostItem> items) {
        try {
            tables.client()
                    .transactWriteItems(transaction -> transaction.transactItems(
                            items.stream().map(this::update).toList()));
        } catch (TransactionCanceledException e) {
            List<CancellationReason> reasons = e.cancellationReasons();
            List<PostItem> rest = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                if (!CONDITION_FAILED.equals(reasons.get(i).code())) {
                    rest.add(items.get(i));
                }
            }
            if (rest.size() == items.size()) {
                throw e;
            }
            if (!rest.isEmpty()) {
                put(rest);
            }
        }
    }

    /** An update, not a put: what an edit doesn't know of the post stays. */
    private TransactWriteItem update(PostItem item) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        item.attributes().forEach((name, value) -> {
            names.put("#" + name, name);
            values.put(":" + name, value);
        });
        String set = names.values().stream()
                .sorted()
                .map(name -> "#" + name + " = :" + name)
                .collect(Collectors.joining(", ", "SET ", ""));
        return TransactWriteItem.builder()
                .update(Update.builder()
                        .tableName(tables.posts())
                        .key(item.key())
                        .updateExpression(set)
                        .conditionExpression(IS_OLDER)
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values)
                        .build())
                .build();
    }

    private static Away away(SdkException e) {
        return new Away(String.valueOf(e.getMessage()), e);
    }

    @Override
    public void close() {
        tables.close();
    }
}
