package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CancelBooking;
import dev.millrace.tickets.topics.v1.ConfirmBooking;
import dev.millrace.tickets.topics.v1.DefineEvent;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Decides made-up claims in memory before the first real one comes: code that has never run takes a hundred times as
 * long, and that would be somebody's seat.
 */
public final class SeatClaimWarmUp implements Runnable {
    private static final String EVENT = "warm-up";
    private static final int ROWS = 40;
    private static final int ROW_SEATS = 50;
    private static final int CLAIMS = 3_000;

    private final SeatCommandReader reader = new SeatCommandReader();
    private long offset;

    @Override
    public void run() {
        KeyValueStore<Bytes, byte[]> store = Stores.inMemoryKeyValueStore(EVENT).get();
        try (SeatBooks books = new SeatBooks(0, store, new SeatMaps(1_000_000), new OwnedPartitions())) {
            decide(books, command().setDefineEvent(DefineEvent.newBuilder().setEvent(event())));
            for (int claim = 0; claim < CLAIMS; claim++) {
                SeatCommand.Builder hold = command()
                        .setHoldSeats(HoldSeats.newBuilder()
                                .addTicketIds(ticket(claim))
                                .addTicketIds(ticket(claim + 1)));
                String bookingId =
                        BookingIds.of(EVENT, CommandId.of(hold.getMeta().getCommandId()));
                decide(books, hold);
                if (claim % 3 == 1) {
                    decide(
                            books,
                            command()
                                    .setConfirmBooking(
                                            ConfirmBooking.newBuilder().setBookingId(bookingId)));
                } else if (claim % 3 == 2) {
                    decide(
                            books,
                            command()
                                    .setCancelBooking(CancelBooking.newBuilder().setBookingId(bookingId)));
                }
            }
        }
    }

    private void decide(SeatBooks books, SeatCommand.Builder asked) {
        byte[] wire = TicketsTopics.SEAT_COMMANDS.values().serializer().serialize(EVENT, asked.build());
        SeatCommand command = reader.deserialize(EVENT, wire);
        Position position = Position.newBuilder()
                .setLog(TicketsTopics.SEATS)
                .setOffset(offset)
                .build();
        Decision decision = SeatRules.decide(books.of(EVENT), command, offset, position);
        books.apply(command, decision, offset);
        for (SeatFact fact : decision.facts()) {
            TicketsTopics.SEAT_FACTS.values().serializer().serialize(EVENT, fact);
        }
        books.done(offset++, !decision.facts().isEmpty());
    }

    private static String ticket(int claim) {
        return "A-" + claim / ROW_SEATS % ROWS + "-" + (claim % ROW_SEATS + 1);
    }

    private static SeatCommand.Builder command() {
        CommandId id = CommandId.random();
        return SeatCommand.newBuilder()
                .setEventId(EVENT)
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(id.bytes())
                        .setBodyHash(id.bytes())
                        .setSubject(EVENT));
    }

    private static Event event() {
        Section.Builder section = Section.newBuilder().setSectionId("A");
        for (int row = 0; row < ROWS; row++) {
            section.addRows(SeatRow.newBuilder()
                    .setLabel(String.valueOf(row))
                    .setSeats(ROW_SEATS)
                    .setFirstNumber(1)
                    .setTierId("free"));
        }
        return Event.newBuilder()
                .setEventId(EVENT)
                .setHoldSeconds(60)
                .setSeatsPerBookingMax(2)
                .addTiers(PriceTier.newBuilder().setTierId("free"))
                .setSeating(Seating.newBuilder().addSections(section))
                .build();
    }
}
