package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostOutcome;
import java.util.Optional;

/**
 * What a command on posts comes to.
 *
 * @param fact what happened; empty if the command was refused, answered before, or changes nothing
 * @param outcome what its sender is told
 * @param remembered whether the outcome must be kept by command id, because no post leads back to it
 */
public record PostDecision(Optional<PostFact> fact, PostOutcome outcome, boolean remembered) {}
