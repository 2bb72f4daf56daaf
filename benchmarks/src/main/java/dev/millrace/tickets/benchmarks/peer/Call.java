package dev.millrace.tickets.benchmarks.peer;

import com.google.protobuf.ByteString;
import dev.millrace.ingest.IdempotencyKey;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.http.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Who calls, under which idempotency key, with what: the same ids and hashes that ingest makes. */
record Call(UUID id, String user, UUID bodyHash) {
    static Call of(RoutingContext ctx) {
        String user = Caller.of(ctx).subject();
        CommandId id = IdempotencyKey.of(ctx.request())
                .map(key -> CommandId.of(user, ctx.request().method().name(), ctx.normalizedPath(), key))
                .orElseGet(CommandId::random);
        Buffer body = ctx.body().buffer();
        return new Call(uuid(id.bytes()), user, uuid(CommandId.hashOf(body == null ? new byte[0] : body.getBytes())));
    }

    static UUID uuid(ByteString bytes) {
        ByteBuffer halves = bytes.asReadOnlyByteBuffer();
        return new UUID(halves.getLong(), halves.getLong());
    }

    static CommandId commandId(UUID id) {
        ByteBuffer halves = ByteBuffer.allocate(CommandId.BYTES);
        halves.putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .flip();
        return CommandId.of(ByteString.copyFrom(halves));
    }
}
