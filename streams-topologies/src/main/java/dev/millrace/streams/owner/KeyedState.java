package dev.millrace.streams.owner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.Progress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The layout of a store with one value per key: one byte that says what the value is, then the key. */
public final class KeyedState<S extends MessageLite> {
    private static final Bytes PROGRESS = Bytes.wrap(new byte[] {'P'});
    private static final WireSerde<Progress> PROGRESSES = WireSerde.of(Progress.getDefaultInstance());
    private static final Progress BEFORE_THE_FIRST = Progress.newBuilder()
            .setOffset(-1)
            .setFactOffset(-1)
            .setRulesVersion(1)
            .build();

    private final String store;
    private final byte kind;
    private final WireSerde<S> values;

    /**
     * @param store name of the store
     * @param kind first byte of its keys, any letter but P
     */
    public KeyedState(String store, char kind, S empty) {
        this.store = store;
        this.kind = (byte) kind;
        this.values = WireSerde.of(empty);
    }

    String store() {
        return store;
    }

    public Optional<S> get(ReadOnlyKeyValueStore<Bytes, byte[]> from, String key) {
        return Optional.ofNullable(from.get(key(key))).map(stored -> values.decode(store, stored));
    }

    void put(KeyValueStore<Bytes, byte[]> into, String key, S state) {
        into.put(key(key), values.encode(state));
    }

    /** How far the partition is; before the first command if there was none. */
    public Progress progress(ReadOnlyKeyValueStore<Bytes, byte[]> from) {
        byte[] stored = from.get(PROGRESS);
        return stored == null ? BEFORE_THE_FIRST : PROGRESSES.decode(store, stored);
    }

    void putProgress(KeyValueStore<Bytes, byte[]> into, Progress progress) {
        into.put(PROGRESS, PROGRESSES.encode(progress));
    }

    private Bytes key(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(1 + bytes.length).put(kind).put(bytes).array());
    }
}
