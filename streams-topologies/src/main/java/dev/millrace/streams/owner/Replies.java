package dev.millrace.streams.owner;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/** The way of outcomes to the instances that wait for them. */
public final class Replies {
    private static final String SINK = "replies";

    private Replies() {}

    /** An outcome and the partition on which its sender listens. */
    public record Addressed(int partition, Reply reply) {}

    /** Adds the sink that {@link Addressed} records are forwarded to. */
    public static void addTo(Topology topology, String parent) {
        Serializer<Reply> replies = SpineTopics.REPLIES.values().serializer();
        Serializer<Addressed> unwrapped = (topic, addressed) -> replies.serialize(topic, addressed.reply());
        topology.<String, Addressed>addSink(
                SINK,
                SpineTopics.REPLIES.name(),
                new StringSerializer(),
                unwrapped,
                (topic, key, addressed, partitions) -> Optional.of(partitionOf(addressed, partitions)),
                parent);
    }

    /** Name of the sink, to forward to. */
    public static String sink() {
        return SINK;
    }

    /** The reply to a command; empty if nobody waits for one. */
    public static Optional<Addressed> to(CommandMeta meta, Position position, MessageLite outcome) {
        return to(meta, position, outcome.toByteString());
    }

    /**
     * The same for an outcome as it was remembered.
     *
     * @param outcome encoded
     */
    static Optional<Addressed> to(CommandMeta meta, Position position, ByteString outcome) {
        if (!meta.hasReplyTo()) {
            return Optional.empty();
        }
        return Optional.of(new Addressed(
                meta.getReplyTo().getPartition(),
                Reply.newBuilder()
                        .setCommandId(meta.getCommandId())
                        .setEpoch(meta.getReplyTo().getEpoch())
                        .setPosition(position)
                        .setBodyHash(meta.getBodyHash())
                        .setOutcome(outcome)
                        .build()));
    }

    /** A reply to a partition that doesn't exist goes nowhere: nobody can be listening there. */
    private static Set<Integer> partitionOf(Addressed addressed, int partitions) {
        int partition = addressed.partition();
        return partition >= 0 && partition < partitions ? Set.of(partition) : Set.of();
    }
}
