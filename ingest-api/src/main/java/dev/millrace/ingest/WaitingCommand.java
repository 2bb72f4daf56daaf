package dev.millrace.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** One command on its way: who waits for it, and how far it has come. */
final class WaitingCommand {
    private final CommandId id;
    private final ByteString bodyHash;
    private final Context context;
    private final LogPartition partition;
    private final Promise<Decision> answer = Promise.promise();
    private final long sentNanos = System.nanoTime();
    /** Where it is on the log; null while the broker hasn't acknowledged it. */
    private volatile @Nullable Position written;

    WaitingCommand(CommandId id, ByteString bodyHash, Context context, LogPartition partition) {
        this.id = id;
        this.bodyHash = bodyHash;
        this.context = context;
        this.partition = partition;
    }

    CommandId id() {
        return id;
    }

    ByteString bodyHash() {
        return bodyHash;
    }

    /** Event loop of the request; the answer is given there. */
    Context context() {
        return context;
    }

    LogPartition partition() {
        return partition;
    }

    Promise<Decision> answer() {
        return answer;
    }

    long sentNanos() {
        return sentNanos;
    }

    @Nullable Position written() {
        return written;
    }

    void writtenAt(Position position) {
        written = position;
    }
}
