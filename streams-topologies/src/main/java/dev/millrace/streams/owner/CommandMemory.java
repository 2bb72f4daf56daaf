package dev.millrace.streams.owner;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Progress;
import dev.millrace.topics.v1.RememberedReply;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What an owner keeps of its commands beside what they are about: how far it is (key P), and the outcomes it remembers
 * for a bounded time (keys X). Made anew from the store whenever its task begins.
 */
public final class CommandMemory {
    private static final Bytes PROGRESS = Bytes.wrap(new byte[] {'P'});
    private static final byte[] REMEMBERED = {'X'};
    private static final WireSerde<Progress> PROGRESSES = WireSerde.of(Progress.getDefaultInstance());
    private static final WireSerde<RememberedReply> REPLIES = WireSerde.of(RememberedReply.getDefaultInstance());
    private static final Progress BEFORE_THE_FIRST = Progress.newBuilder()
            .setOffset(-1)
            .setFactOffset(-1)
            .setRulesVersion(1)
            .build();

    private final KeyValueStore<Bytes, byte[]> store;
    private final OutcomeAges ages = new OutcomeAges();
    private Progress progress;

    public CommandMemory(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
        this.progress = progressOf(store);
        try (KeyValueIterator<Bytes, byte[]> remembered = store.prefixScan(REMEMBERED, new ByteArraySerializer())) {
            while (remembered.hasNext()) {
                KeyValue<Bytes, byte[]> one = remembered.next();
                byte[] key = one.key.get();
                ages.add(
                        CommandId.of(ByteString.copyFrom(key, 1, key.length - 1)),
                        REPLIES.decode(store.name(), one.value).getAtMillis());
            }
        }
    }

    /** How far a partition is, on the owner and on standbys alike; before the first command if there was none. */
    public static Progress progressOf(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        byte[] stored = store.get(PROGRESS);
        return stored == null ? BEFORE_THE_FIRST : PROGRESSES.decode("progress", stored);
    }

    public Progress progress() {
        return progress;
    }

    /** What was answered to this command; null if nothing is remembered of it. */
    @Nullable RememberedReply replyTo(CommandMeta meta) {
        byte[] stored = store.get(key(CommandId.of(meta.getCommandId())));
        return stored == null ? null : REPLIES.decode(store.name(), stored);
    }

    void remember(CommandMeta meta, MessageLite outcome, long atMillis) {
        CommandId command = CommandId.of(meta.getCommandId());
        RememberedReply reply = RememberedReply.newBuilder()
                .setAtMillis(atMillis)
                .setBodyHash(meta.getBodyHash())
                .setOutcome(outcome.toByteString())
                .build();
        store.put(key(command), REPLIES.encode(reply));
        ages.add(command, atMillis);
        for (CommandId old : ages.takeOld(atMillis)) {
            store.delete(key(old));
        }
    }

    /** Decides by these rules from here on; older ones than the present don't come back. */
    void adopt(int rulesVersion) {
        if (rulesVersion > progress.getRulesVersion()) {
            progress = progress.toBuilder().setRulesVersion(rulesVersion).build();
        }
    }

    /** Says that the command at this offset is in; the last write of each command. */
    public void done(long offset, boolean madeFacts) {
        Progress.Builder next = progress.toBuilder().setOffset(offset);
        if (madeFacts) {
            next.setFactOffset(offset);
        }
        progress = next.build();
        store.put(PROGRESS, PROGRESSES.encode(progress));
    }

    private static Bytes key(CommandId command) {
        return Bytes.wrap(ByteBuffer.allocate(1 + CommandId.BYTES)
                .put(REMEMBERED)
                .put(command.bytes().asReadOnlyByteBuffer())
                .array());
    }
}
