package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import java.util.List;

/**
 * What a command comes to.
 *
 * @param facts what happened, in order; none if the command was refused or answered before
 * @param outcome what its sender is told
 * @param remembered whether the outcome must be kept by command id, because no booking carries it
 */
public record Decision(List<SeatFact> facts, SeatOutcome outcome, boolean remembered) {}
