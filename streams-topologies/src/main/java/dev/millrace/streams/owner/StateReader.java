package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers a product's questions from the store of one partition, on the owner and on standbys alike. */
public interface StateReader {
    /** Names of the questions it answers. */
    Set<String> questions();

    /** Offset of the newest command in this store, -1 if it has none. */
    long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store);

    /**
     * Looks up what is asked for; empty if the store doesn't have it. May block on disk.
     *
     * @param owned the partition if it is decided here, null on a standby
     * @param included everything up to here is in the store
     * @throws ChangingTooFast if a state of one moment couldn't be read
     */
    Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included);

    /**
     * Whether what was found says of something that was asked for that it isn't there: then whoever is further on the log
     * may know more.
     *
     * @param found as {@link #read} returned it
     */
    default boolean lacks(MessageLite found) {
        return false;
    }

    /** The state changed under every attempt to read it as of one moment; asking again helps. */
    final class ChangingTooFast extends RuntimeException {
        public ChangingTooFast(String what) {
            super(what + " changed during every attempt to read it", null, false, false);
        }
    }
}
