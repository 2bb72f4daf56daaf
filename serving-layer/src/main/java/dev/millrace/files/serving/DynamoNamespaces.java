package dev.millrace.files.serving;

import static dev.millrace.serving.DynamoTables.numberKey;
import static dev.millrace.serving.DynamoTables.textKey;

import dev.millrace.files.serving.NamespaceItem.Table;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.serving.DynamoSettings;
import dev.millrace.serving.DynamoTables;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.ItemValues;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Steps of namespaces to DynamoDB: files and folders with their newest version, all versions, shares and uploads, each
 * as it is now. Why nothing of ours reads them: docs/decisions/0029.
 */
final class DynamoNamespaces implements FactStore {
    static final String NAME = "files-namespaces";

    private final DynamoTables tables;

    DynamoNamespaces(DynamoSettings settings) {
        this.tables = new DynamoTables(settings, DynamoTables.WRITTEN_WITHIN);
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
        return List.of(FilesTopics.NAMESPACE_FACTS);
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.of(((NamespaceFact) fact.value()).getPosition());
    }

    @Override
    public void open() throws Away {
        try {
            tables.make(Arrays.stream(Table.values()).map(this::definition).toArray(CreateTableRequest.Builder[]::new));
        } catch (SdkException e) {
            throw DynamoTables.away(e);
        }
    }

    private CreateTableRequest.Builder definition(Table table) {
        return tables.table(
                table.table,
                textKey(table.hash),
                table == Table.VERSIONS ? numberKey(table.range) : textKey(table.range));
    }

    @Override
    public long next(String topic, int partition) throws Away {
        try {
            return tables.next(topic, partition);
        } catch (SdkException e) {
            throw DynamoTables.away(e);
        }
    }

    @Override
    public boolean write(List<Fact> facts, List<Step> steps) throws Away {
        try {
            tables.write(
                    NamespaceItem.newestOf(facts.stream()
                                    .map(fact -> (NamespaceFact) fact.value())
                                    .toList())
                            .stream()
                            .map(this::put)
                            .toList());
            boolean ours = true;
            for (Step step : steps) {
                ours &= tables.move(step, Map.of());
            }
            return ours;
        } catch (SdkException e) {
            throw DynamoTables.away(e);
        }
    }

    /** A put, not an update: a step says all there is of what it touched. */
    private TransactWriteItem put(NamespaceItem item) {
        return TransactWriteItem.builder()
                .put(Put.builder()
                        .tableName(tables.named(item.table().table))
                        .item(item.values())
                        .conditionExpression(DynamoTables.isOlder(NamespaceItem.CHANGED_SEQUENCE))
                        .expressionAttributeValues(Map.of(
                                ":" + NamespaceItem.CHANGED_SEQUENCE,
                                ItemValues.value(item.values(), NamespaceItem.CHANGED_SEQUENCE)))
                        .build())
                .build();
    }

    @Override
    public void close() {
        tables.close();
    }
}
