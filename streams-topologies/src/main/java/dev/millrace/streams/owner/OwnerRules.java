package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How the commands of one log are read and decided, where an owner keeps many values per key. Nothing in here may
 * depend on anything but its arguments and the store.
 *
 * @param <C> command
 * @param <O> outcome
 */
public interface OwnerRules<C extends MessageLite, O extends MessageLite> {
    /** A record that leaves with the decision, by the name of its sink. */
    record Emitted(String sink, String key, MessageLite value) {}

    /**
     * What a command came to.
     *
     * @param emitted facts and what else leaves; none if it was refused, answered before, or changed nothing
     * @param remembered whether the outcome must be kept by command id, because nothing that it made carries it
     */
    record Decided<O>(List<Emitted> emitted, O outcome, Optional<String> refusal, boolean remembered) {}

    /**
     * Brings a store that an earlier build left up to date. Called whenever a task begins, before its first command; what
     * it writes must follow from the store alone.
     */
    default void begin(KeyValueStore<Bytes, byte[]> store) {}

    /** Newest rules this build knows. */
    int versionNewest();

    /** What is wrong with a command that can't be decided at all; empty if nothing is. */
    Optional<String> shapeProblemOf(C command);

    /** The rules this command switches its partition to, if it is such a command; it has no key then. */
    Optional<AdoptRules> adoptedBy(C command);

    /** The key that the command belongs under. */
    String keyOf(C command);

    CommandMeta metaOf(C command);

    /** The outcome of a command whose id was used for another body. */
    O keyReused();

    /** Decides a command and brings what it comes to into the store. Keys that begin with P or X aren't its to write. */
    Decided<O> decide(KeyValueStore<Bytes, byte[]> store, C command, long recordedAtMillis, Position position);
}
