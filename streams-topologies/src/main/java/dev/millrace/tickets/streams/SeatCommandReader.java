package dev.millrace.tickets.streams;

import dev.millrace.tickets.rules.SeatCommandShape;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatCommand;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads seat commands, and refuses as unreadable what could never be decided, so that it becomes a dead letter. */
final class SeatCommandReader implements Deserializer<SeatCommand> {
    private final Deserializer<SeatCommand> wire =
            TicketsTopics.SEAT_COMMANDS.values().deserializer();

    @Override
    public SeatCommand deserialize(String topic, byte @Nullable [] bytes) {
        SeatCommand command = bytes == null ? null : wire.deserialize(topic, bytes);
        if (command == null) {
            throw new SerializationException(topic + ": no value (expected: a command)");
        }
        Optional<String> problem = SeatCommandShape.problemOf(command);
        if (problem.isPresent()) {
            throw new SerializationException(topic + ": " + problem.get());
        }
        return command;
    }
}
