package dev.millrace.streams.owner;

import dev.millrace.topics.TopicSpec;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads commands, and refuses as unreadable what could never be decided, so that it becomes a dead letter. */
final class CommandReader<C> implements Deserializer<C> {
    private final Deserializer<C> wire;
    private final Function<C, Optional<String>> shapeProblemOf;

    CommandReader(TopicSpec<C> commands, Function<C, Optional<String>> shapeProblemOf) {
        this.wire = commands.values().deserializer();
        this.shapeProblemOf = shapeProblemOf;
    }

    @Override
    public C deserialize(String topic, byte @Nullable [] bytes) {
        C command = bytes == null ? null : wire.deserialize(topic, bytes);
        if (command == null) {
            throw new SerializationException(topic + ": no value (expected: a command)");
        }
        Optional<String> problem = shapeProblemOf.apply(command);
        if (problem.isPresent()) {
            throw new SerializationException(topic + ": " + problem.get());
        }
        return command;
    }
}
