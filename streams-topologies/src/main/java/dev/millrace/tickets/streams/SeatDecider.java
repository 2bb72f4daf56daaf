package dev.millrace.tickets.streams;

import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.SeatBook;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.topics.v1.Position;

/** Decides a command on an event's book; the rules do. */
@FunctionalInterface
interface SeatDecider {
    Decision decide(SeatBook book, SeatCommand command, long recordedAtMillis, Position position);
}
