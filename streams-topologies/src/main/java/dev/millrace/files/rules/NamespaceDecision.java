package dev.millrace.files.rules;

import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import java.util.Optional;

/**
 * What a command on a namespace comes to.
 *
 * @param fact what happened, all of it; empty if the command was refused, answered before, or changes nothing
 * @param outcome what its sender is told
 */
public record NamespaceDecision(Optional<NamespaceFact> fact, NamespaceOutcome outcome) {}
