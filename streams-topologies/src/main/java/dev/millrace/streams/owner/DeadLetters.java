package dev.millrace.streams.owner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.topics.TopicSpec;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Commands that can be read but have no owner here, as dead letters with the headers that Streams gives unreadable ones. */
public final class DeadLetters {
    private static final String HEADER = "__streams.errors.";

    private DeadLetters() {}

    public static <K, V> Record<K, Object> of(
            Record<K, V> command, TopicSpec<V> topic, RecordMetadata at, String reason) {
        Headers headers = new RecordHeaders();
        put(headers, "exception", "misrouted");
        put(headers, "message", reason);
        put(headers, "topic", at.topic());
        put(headers, "partition", String.valueOf(at.partition()));
        put(headers, "offset", String.valueOf(at.offset()));
        byte[] value = topic.values().serializer().serialize(topic.name(), command.value());
        return command.withValue((Object) value).withHeaders(headers);
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(HEADER + name, value.getBytes(UTF_8));
    }
}
