package dev.millrace.serving;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StateClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** What a product builds its reads from. */
public record ServingParts(
        RoleServer server,
        Identities identities,
        StateClient state,
        DatabaseWork database,
        Cursors cursors,
        Tails tails,
        Duration positionWait,
        InstantSource clock) {

    /** Begins to follow topics of committed facts. */
    public interface Tails {
        /** The followers get each fact one after the other, in this order. */
        <T> CommittedTail<T> follow(TopicSpec<T> topic, List<CommittedTail.Follower<T>> followers);
    }
}
