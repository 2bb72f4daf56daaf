package dev.millrace.feed.streams.timeline;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Refuses a record without a key: Kafka Streams passes over these when it restores, so they would be lost then. */
final class RequiredKey implements Deserializer<byte[]> {
    @Override
    public byte[] deserialize(String topic, byte @Nullable [] key) {
        if (key == null) {
            throw new SerializationException(topic + ": no key (expected: any)");
        }
        return key;
    }
}
