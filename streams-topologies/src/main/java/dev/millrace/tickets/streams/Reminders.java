package dev.millrace.tickets.streams;

import dev.millrace.tickets.topics.v1.SeatCommand;

/** Where reminders are sent: onto the log of seat commands, as anybody's command, at once or not at all. */
public interface Reminders {
    void send(SeatCommand command);
}
