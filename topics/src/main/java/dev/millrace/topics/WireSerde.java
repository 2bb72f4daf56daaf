package dev.millrace.topics;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A value on the log: one byte of wire version, then the protobuf message. A new version is a new number here and a
 * reader for both; a reader that meets a number it doesn't know refuses the record instead of guessing at it.
 */
public final class WireSerde<T extends MessageLite> implements Serde<T>, Serializer<T>, Deserializer<T> {
    /** Version that this build writes and the only one it reads. */
    public static final byte WIRE_VERSION = 1;

    private final Parser<T> parser;

    private WireSerde(Parser<T> parser) {
        this.parser = parser;
    }

    @SuppressWarnings("unchecked")
    public static <T extends MessageLite> WireSerde<T> of(T defaultInstance) {
        return new WireSerde<>((Parser<T>) defaultInstance.getParserForType());
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T message) {
        return message == null ? null : encode(message);
    }

    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : decode(topic, bytes);
    }

    public byte[] encode(T message) {
        byte[] bytes = new byte[1 + message.getSerializedSize()];
        bytes[0] = WIRE_VERSION;
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 1, bytes.length - 1);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    /**
     * @param where topic or store the bytes come from, for the error
     * @throws SerializationException if the bytes are empty, of another wire version, or no such message
     */
    public T decode(String where, byte[] bytes) {
        if (bytes.length == 0) {
            throw new SerializationException(where + ": empty value (expected: wire version " + WIRE_VERSION + ")");
        }
        if (bytes[0] != WIRE_VERSION) {
            throw new SerializationException(
                    where + ": wire version " + (bytes[0] & 0xff) + " (expected: " + WIRE_VERSION + ")");
        }
        try {
            return parser.parseFrom(bytes, 1, bytes.length - 1);
        } catch (InvalidProtocolBufferException e) {
            throw new SerializationException(where + ": not a valid message: " + e.getMessage(), e);
        }
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(java.util.Map<String, ?> configs, boolean isKey) {}

    @Override
    public void close() {}
}
