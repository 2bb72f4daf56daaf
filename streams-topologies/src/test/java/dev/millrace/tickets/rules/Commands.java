package dev.millrace.tickets.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.v1.CancelBooking;
import dev.millrace.tickets.topics.v1.ConfirmBooking;
import dev.millrace.tickets.topics.v1.DefineEvent;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.LapseBooking;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.util.List;

/** Commands on one event, as tests write them. */
public final class Commands {
    public static final String EVENT = "spring-gala";
    public static final int HOLD_SECONDS = 600;

    private Commands() {}

    /** Two rows of four: A-1-1 to A-1-4 at the stalls' price, A-2-1 to A-2-4 free. */
    public static Event event() {
        return eventOf(row("1", 4, "stalls"), row("2", 4, "free"));
    }

    public static Event eventOf(SeatRow... rows) {
        return Event.newBuilder()
                .setEventId(EVENT)
                .setTitle("Spring gala")
                .setCurrency("EUR")
                .setHoldSeconds(HOLD_SECONDS)
                .setSeatsPerBookingMax(3)
                .addTiers(PriceTier.newBuilder().setTierId("stalls").setPriceMinor(4500))
                .addTiers(PriceTier.newBuilder().setTierId("free"))
                .setSeating(Seating.newBuilder()
                        .addSections(Section.newBuilder().setSectionId("A").addAllRows(List.of(rows))))
                .build();
    }

    public static SeatRow row(String label, int seats, String tier) {
        return SeatRow.newBuilder()
                .setLabel(label)
                .setSeats(seats)
                .setFirstNumber(1)
                .setTierId(tier)
                .build();
    }

    /** The id of the request that this user sends with this key. */
    public static CommandId id(String user, String key) {
        return CommandId.of(user, "POST", "/", key);
    }

    public static String bookingOf(String user, String key) {
        return BookingIds.of(EVENT, id(user, key));
    }

    public static SeatCommand define(String key, Event event) {
        return command("admin", key, event.getEventId(), event.toString())
                .setDefineEvent(DefineEvent.newBuilder().setEvent(event))
                .build();
    }

    public static SeatCommand hold(String user, String key, String... tickets) {
        return hold(
                user,
                key,
                HoldSeats.newBuilder().addAllTicketIds(List.of(tickets)).build());
    }

    public static SeatCommand hold(String user, String key, HoldSeats hold) {
        return command(user, key, EVENT, hold.toString()).setHoldSeats(hold).build();
    }

    public static SeatCommand confirm(String user, String key, String bookingId) {
        return command(user, key, EVENT, "confirm")
                .setConfirmBooking(ConfirmBooking.newBuilder().setBookingId(bookingId))
                .build();
    }

    public static SeatCommand cancel(String user, String key, String bookingId) {
        return command(user, key, EVENT, "")
                .setCancelBooking(CancelBooking.newBuilder().setBookingId(bookingId))
                .build();
    }

    public static SeatCommand lapse(String bookingId, long expiresAtMillis) {
        SeatCommand.Builder reminder = command("millrace:reminder", bookingId, EVENT, "");
        reminder.getMetaBuilder().clearBodyHash();
        return reminder.setLapseBooking(
                        LapseBooking.newBuilder().setBookingId(bookingId).setExpiresAtMillis(expiresAtMillis))
                .build();
    }

    /** The same request with another body. */
    public static SeatCommand withBody(SeatCommand command, String body) {
        SeatCommand.Builder other = command.toBuilder();
        other.getMetaBuilder().setBodyHash(CommandId.hashOf(body.getBytes(UTF_8)));
        return other.build();
    }

    private static SeatCommand.Builder command(String user, String key, String eventId, String body) {
        return SeatCommand.newBuilder()
                .setEventId(eventId)
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(id(user, key).bytes())
                        .setSubject(user)
                        .setBodyHash(CommandId.hashOf(body.getBytes(UTF_8))));
    }
}
