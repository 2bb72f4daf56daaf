package dev.millrace.streams.accounts;

import com.google.protobuf.MessageLite;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.SpineQueries;
import dev.millrace.topics.v1.AccountState;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about accounts. */
final class AccountQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(SpineQueries.ACCOUNT);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return AccountTopology.STATE.progress(store).getOffset();
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        if (!query.getName().equals(SpineQueries.ACCOUNT)) {
            throw new IllegalArgumentException(
                    "question: " + query.getName() + " (expected: one of " + questions() + ")");
        }
        return AccountTopology.STATE.get(store, query.getOwner()).map(AccountState::getAccount);
    }
}
