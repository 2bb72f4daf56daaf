package dev.millrace.serving;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StateClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a product builds its reads from.
 *
 * @param producer writes to the log as {@link dev.millrace.topics.CommandProducer} is set up to
 * @param closedAccounts whether a user's account is closed; throws a Problem while that isn't known
 */
public record ServingParts(
        RoleServer server,
        Identities identities,
        StateClient state,
        DatabaseWork database,
        Cursors cursors,
        Tails tails,
        Producer<String, byte[]> producer,
        LiveDoor door,
        Duration positionWait,
        Predicate<String> closedAccounts,
        InstantSource clock) {

    /** Begins to follow topics of committed facts. */
    public interface Tails {
        /** The followers get each fact one after the other, in this order. */
        <T> CommittedTail<T> follow(TopicSpec<T> topic, List<CommittedTail.Follower<T>> followers);

        /** Likewise, from the topic's start. */
        <T> CommittedTail<T> followAll(TopicSpec<T> topic, List<CommittedTail.Follower<T>> followers);
    }
}
