package dev.millrace.standalone;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.TopicSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** A command's way through the log: its own record, the facts it made, the answers that went out. */
public final class CommandTrace {
    private CommandTrace() {}

    /** One record that names the command. */
    public record Station(Instant at, String topic, int partition, long offset, String key, Message value) {}

    /** Every committed record of this command, in the order of time. */
    public static List<Station> of(CommandId id, String bootstrap) {
        List<Station> stations = new ArrayList<>();
        for (TopicSpec<?> spec : TopicCatalogue.ALL) {
            TopicHistory.read(
                    bootstrap,
                    spec.name(),
                    record -> station(spec, record)
                            .filter(s -> commandOf(s.value()).equals(Optional.of(id.bytes())))
                            .ifPresent(stations::add));
        }
        stations.sort(Comparator.comparing(Station::at).thenComparing(s -> wayOf(s.topic())));
        return stations;
    }

    /** Within one millisecond: first what was asked, then what followed from it, then what was answered. */
    private static int wayOf(String topic) {
        return topic.endsWith("-commands") ? 0 : topic.equals(SpineTopics.REPLIES.name()) ? 2 : 1;
    }

    private static Optional<Station> station(TopicSpec<?> spec, ConsumerRecord<String, byte[]> record) {
        try {
            if (spec.values().deserializer().deserialize(spec.name(), record.value()) instanceof Message message) {
                return Optional.of(new Station(
                        Instant.ofEpochMilli(record.timestamp()),
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.key() == null ? "" : record.key(),
                        message));
            }
        } catch (SerializationException e) {
            // Unreadable for the topologies too: it is among the dead letters.
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Facts and replies name their command themselves, commands in their meta. */
    private static Optional<ByteString> commandOf(Message message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getName().equals("command_id")) {
                return Optional.of((ByteString) message.getField(field));
            }
            if (field.getName().equals("meta")) {
                return commandOf((Message) message.getField(field));
            }
        }
        return Optional.empty();
    }
}
