package dev.millrace.serving;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Values in DynamoDB's items, as this build writes them. */
public final class ItemValues {
    private ItemValues() {}

    public static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    public static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(value(item, name).n());
    }

    public static String text(Map<String, AttributeValue> item, String name) {
        return value(item, name).s();
    }

    /** @throws IllegalStateException if it has none of this name */
    public static AttributeValue value(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        if (value == null) {
            throw new IllegalStateException("an item without " + name + " (expected: one that this build wrote)");
        }
        return value;
    }
}
