package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowOutcome;
import java.util.Optional;

/**
 * What a command on follows comes to.
 *
 * @param fact what happened; empty if the command was refused, answered before, or changes nothing
 * @param audience the same for the author's side, where an edge came or went
 * @param outcome what its sender is told
 */
public record FollowDecision(Optional<FollowFact> fact, Optional<AudienceChange> audience, FollowOutcome outcome) {}
