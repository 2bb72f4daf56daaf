package dev.millrace.tickets.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.CancelBooking;
import dev.millrace.tickets.topics.v1.ConfirmBooking;
import dev.millrace.tickets.topics.v1.DefineEvent;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.LapseBooking;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A small sale as it is right: two rows of four seats, holds of a minute. What is on the log, in the ledger and was
 * answered can be changed before it is checked.
 */
final class PlayedSale {
    static final String EVENT = "e";
    private static final int PARTITION = 3;

    private final SeatModel model = new SeatModel(EVENT, after -> {});
    private final List<SeatLog.Command> commands = new ArrayList<>();
    final List<SeatFact> facts = new ArrayList<>();
    final List<Exchange> exchanges = new ArrayList<>();
    final Map<String, Ledger.Row> ledger = new TreeMap<>();
    final Observations seen = new Observations();
    private long clock = 1_000_000;

    PlayedSale() {
        Section.Builder section = Section.newBuilder().setSectionId("S");
        for (String row : List.of("1", "2")) {
            section.addRows(SeatRow.newBuilder()
                    .setLabel(row)
                    .setSeats(4)
                    .setFirstNumber(1)
                    .setTierId("t"));
        }
        Event event = Event.newBuilder()
                .setEventId(EVENT)
                .setHoldSeconds(60)
                .setSeatsPerBookingMax(3)
                .setCurrency("EUR")
                .addTiers(PriceTier.newBuilder().setTierId("t"))
                .setSeating(Seating.newBuilder().addSections(section))
                .build();
        write(
                "organiser",
                "PUT",
                "/admin/events/e",
                "define",
                "{}",
                SeatCommand.newBuilder().setDefineEvent(DefineEvent.newBuilder().setEvent(event)));
    }

    void passSeconds(long seconds) {
        clock += 1000 * seconds;
    }

    /** A claim and its answer; the booking's id, whether it was made or not. */
    String hold(String user, String key, String... tickets) {
        String body = new JsonObject()
                .put("ticketIds", new JsonArray(List.of(tickets)))
                .encode();
        answered(
                user,
                "POST",
                "/bookings/e",
                key,
                body,
                SeatCommand.newBuilder().setHoldSeats(HoldSeats.newBuilder().addAllTicketIds(List.of(tickets))));
        return SeatModel.bookingId(EVENT, Ids.command(user, "POST", "/bookings/e", key));
    }

    void confirm(String user, String key, String bookingId) {
        answered(
                user,
                "POST",
                "/bookings/" + bookingId + "/payment",
                key,
                "",
                SeatCommand.newBuilder()
                        .setConfirmBooking(ConfirmBooking.newBuilder().setBookingId(bookingId)));
    }

    void cancel(String user, String key, String bookingId) {
        answered(
                user,
                "DELETE",
                "/bookings/" + bookingId,
                key,
                "",
                SeatCommand.newBuilder()
                        .setCancelBooking(CancelBooking.newBuilder().setBookingId(bookingId)));
    }

    void remind(String bookingId) {
        long expires = model.bookings().stream()
                .filter(b -> b.getBookingId().equals(bookingId))
                .mapToLong(Booking::getExpiresAtMillis)
                .findFirst()
                .orElseThrow();
        write(
                "millrace:reminder",
                "",
                "",
                "reminder of " + bookingId,
                "",
                SeatCommand.newBuilder()
                        .setLapseBooking(LapseBooking.newBuilder()
                                .setBookingId(bookingId)
                                .setExpiresAtMillis(expires)));
    }

    /** Everybody is shown the map as it is now. */
    void look() {
        seen.saw(new SeatMapRead(EVENT, null, lastPosition(), model.version(), model.statuses()));
    }

    String statuses() {
        return model.statuses();
    }

    long version() {
        return model.version();
    }

    /** Position of the newest command that made a fact. */
    String lastPosition() {
        return "seats." + PARTITION + "."
                + facts.get(facts.size() - 1).getPosition().getOffset();
    }

    /** Writes the ledger as it has to be. */
    PlayedSale project() {
        for (Booking booking : model.bookings()) {
            boolean live = Set.of("BOOKING_RESERVED", "BOOKING_CONFIRMED")
                    .contains(booking.getStatus().name());
            ledger.put(
                    booking.getBookingId(),
                    new Ledger.Row(
                            booking.getUserId(),
                            booking.getStatus().name().substring("BOOKING_".length()),
                            booking.getTotalMinor() + " " + booking.getCurrency(),
                            SeatModel.tickets(booking).stream()
                                    .map(ticket -> ticket + (live ? " live" : ""))
                                    .toList()));
        }
        return this;
    }

    Verdict verdict() {
        exchanges.forEach(seen::called);
        Map<Integer, Long> upTo = Map.of(PARTITION, (long) commands.size());
        SeatLog log = new SeatLog(Map.of(EVENT, commands), Map.of(EVENT, facts), upTo);
        return HistoryCheck.of(log, new Ledger(Map.of(), Map.of(EVENT, ledger)), Set.of(EVENT))
                .verdict(seen);
    }

    private void answered(
            String user, String method, String path, String key, String body, SeatCommand.Builder command) {
        SeatOutcome outcome = write(user, method, path, key, body, command);
        boolean refused = outcome.hasRefused();
        int status = refused ? 409 : path.equals("/bookings/e") ? 201 : 200;
        JsonObject answer = refused
                ? new JsonObject()
                        .put("reason", outcome.getRefused().getReason().name())
                        .put(
                                "tickets",
                                new JsonArray(
                                        new ArrayList<>(outcome.getRefused().getValuesList())))
                : json(outcome.getBooking());
        if (refused && !answer.getString("reason").equals("SEAT_TAKEN")) {
            answer.remove("tickets");
        }
        exchanges.add(new Exchange(user, method, path, key, body, null, status, lastPosition(), answer.encode()));
    }

    static JsonObject json(Booking booking) {
        JsonArray tickets = new JsonArray();
        booking.getSeatsList()
                .forEach(seat -> tickets.add(new JsonObject()
                        .put("ticketId", seat.getTicketId())
                        .put("tier", seat.getTierId())
                        .put("price", seat.getPriceMinor())));
        return new JsonObject()
                .put("bookingId", booking.getBookingId())
                .put("userId", booking.getUserId())
                .put("status", booking.getStatus().name().substring("BOOKING_".length()))
                .put("tickets", tickets)
                .put("total", booking.getTotalMinor())
                .put("currency", booking.getCurrency())
                .put(
                        "expiresAt",
                        Instant.ofEpochMilli(booking.getExpiresAtMillis()).toString())
                .put(
                        "createdAt",
                        Instant.ofEpochMilli(booking.getCreatedAtMillis()).toString());
    }

    private SeatOutcome write(
            String user, String method, String path, String key, String body, SeatCommand.Builder command) {
        ByteString id = Ids.command(user, method, path, key);
        command.setEventId(EVENT)
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(id)
                        .setSubject(user)
                        .setBodyHash(method.isEmpty() ? ByteString.EMPTY : Ids.body(body)));
        SeatLog.Command written = new SeatLog.Command(PARTITION, commands.size(), clock++, command.build());
        commands.add(written);
        SeatModel.Decided decided = model.decide(written);
        facts.addAll(decided.facts());
        return decided.outcome();
    }
}
