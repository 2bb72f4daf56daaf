package dev.millrace.feed.serving;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.serving.DynamoSettings;
import dev.millrace.serving.DynamoTables;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Post facts to DynamoDB: every post as it is now, deleted ones as tombstones. */
final class DynamoPosts implements FactStore {
    static final String NAME = "feed-posts";

    private final PostTables tables;

    DynamoPosts(DynamoSettings settings) {
        this.tables = new PostTables(settings, DynamoTables.WRITTEN_WITHIN);
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
            throw DynamoTables.away(e);
        }
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try {
            return tables.next(partition);
        } catch (SdkException e) {
            throw DynamoTables.away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        Map<Integer, List<PostFact>> byPartition = facts.stream()
                .collect(Collectors.groupingBy(
                        Fact::partition, Collectors.mapping(fact -> (PostFact) fact.value(), Collectors.toList())));
        try {
            tables.write(byPartition.values().stream()
                    .flatMap(ofPartition -> PostItem.newestOf(ofPartition).stream())
                    .map(this::update)
                    .toList());
            boolean ours = true;
            for (Step step : steps) {
                OptionalLong newest = byPartition.getOrDefault(step.partition(), List.of()).stream()
                        .filter(PostFact::hasPostCreated)
                        .mapToLong(fact -> fact.getPostCreated().getPostId())
                        .max();
                ours &= tables.move(step, newest);
            }
            return ours;
        } catch (SdkException e) {
            throw DynamoTables.away(e);
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
                        .conditionExpression(DynamoTables.isOlder(PostItem.CHANGED_OFFSET))
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values)
                        .build())
                .build();
    }

    @Override
    public void close() {
        tables.close();
    }
}
