package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Optional;

/**
 * How the commands of one log are read and decided, where an owner keeps one value per key. Nothing in here may depend
 * on anything but its arguments.
 *
 * @param <C> command
 * @param <S> state of one key
 * @param <F> fact
 * @param <O> outcome
 */
public interface KeyedRules<
        C extends MessageLite, S extends MessageLite, F extends MessageLite, O extends MessageLite> {
    /** What a command comes to; without a fact if it was refused or answered before. */
    record Decided<F, O>(Optional<F> fact, O outcome, Optional<String> refusal) {}

    /** Newest rules this build knows. */
    int versionNewest();

    /** What is wrong with a command that can't be decided at all; empty if nothing is. */
    Optional<String> shapeProblemOf(C command);

    /** The rules this command switches its partition to, if it is such a command; it has no key then. */
    Optional<AdoptRules> adoptedBy(C command);

    /** The key that the command belongs under. */
    String keyOf(C command);

    CommandMeta metaOf(C command);

    /** @param state what is known under the command's key; the empty state if nothing is */
    Decided<F, O> decide(S state, C command, long recordedAtMillis, Position position);

    /** The state after a fact of this command. */
    S after(S state, F fact, CommandMeta by);
}
