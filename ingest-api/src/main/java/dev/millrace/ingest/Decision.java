package dev.millrace.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;

/** What can be told about a command by the time its sender is answered. */
public sealed interface Decision {
    CommandId commandId();

    /** Place in the command log: of the command, or of the one whose answer is repeated. */
    Position position();

    /**
     * The owner has decided.
     *
     * @param outcome the product's outcome message, encoded
     */
    record Decided(CommandId commandId, Position position, ByteString outcome) implements Decision {}

    /** It is on the log and will be decided; nobody waits for that any more. */
    record Pending(CommandId commandId, Position position) implements Decision {}
}
