package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.topics.CommandId;
import java.util.Optional;

/** What must be true of a seat command for it to be decided at all; policy (how many, how long) isn't in here. */
public final class SeatCommandShape {
    /** The catalogue's bound: a ticket id is a short name, and a row's state a small value. */
    private static final int ROW_SEATS_MAX = 500;

    private SeatCommandShape() {}

    /** What is wrong with it, as value and expectation; empty if nothing is. */
    public static Optional<String> problemOf(SeatCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        return switch (command.getKindCase()) {
            case KIND_NOT_SET -> Optional.of("command: of a kind this build doesn't know");
            case ADOPT_RULES -> Optional.empty();
            case DEFINE_EVENT -> problemOf(command.getDefineEvent().getEvent(), command.getEventId());
            default ->
                command.getEventId().isEmpty()
                        ? Optional.of("event id: none (expected: the one that owns the seats)")
                        : Optional.empty();
        };
    }

    private static Optional<String> problemOf(Event event, String eventId) {
        if (eventId.isEmpty() || !event.getEventId().equals(eventId)) {
            return Optional.of("event id: " + event.getEventId() + " (expected: " + eventId + ", the command's)");
        }
        for (Section section : event.getSeating().getSectionsList()) {
            if (!isName(section.getSectionId())) {
                return Optional.of("section: " + section.getSectionId() + " (expected: letters and digits)");
            }
            for (SeatRow row : section.getRowsList()) {
                if (!isName(row.getLabel())) {
                    return Optional.of("row: " + row.getLabel() + " (expected: letters and digits)");
                }
                if (row.getSeats() < 1 || row.getSeats() > ROW_SEATS_MAX || row.getFirstNumber() < 0) {
                    return Optional.of("row: " + row.getLabel() + " of " + row.getSeats() + " seats (expected: 1.."
                            + ROW_SEATS_MAX + ")");
                }
            }
        }
        try {
            new EventLayout(event);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("seating: " + e.getMessage());
        }
    }

    /** A dash would make ticket ids ambiguous. */
    private static boolean isName(String text) {
        return !text.isEmpty() && text.chars().allMatch(Character::isLetterOrDigit);
    }
}
