package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.tickets.serving.EventSeats.Step;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatMapView;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventSeatsTest {
    private final EventSeats seats = new EventSeats(EventView.newBuilder()
            .setEvent(TestEvents.event("e", 2, 3))
            .setSeatMap(SeatMapView.newBuilder()
                    .setEventId("e")
                    .setSeatMapVersion(10)
                    .setStatuses(ByteString.copyFromUtf8("AARAAS"))
                    .addAvailable(2)
                    .addAvailable(2))
            .build());

    @Test
    void factsTheStateIncludedAlreadyAreSkipped() {
        assertThat(seats.apply(held(10, "P-1-1"))).isEqualTo(Step.KNOWN);
        assertThat(statuses()).isEqualTo("AARAAS");
    }

    @Test
    void theNextFactIsApplied() {
        assertThat(seats.apply(held(11, "P-1-1", "P-2-1"))).isEqualTo(Step.APPLIED);
        assertThat(statuses()).isEqualTo("RARRAS");
        assertThat(seats.snapshot().available()).containsExactly(1, 1);
        assertThat(seats.version()).isEqualTo(11);
    }

    @Test
    void aFactAfterAMissingOneIsAGap() {
        assertThat(seats.apply(held(12, "P-1-1"))).isEqualTo(Step.GAP);
        assertThat(statuses()).isEqualTo("AARAAS");
        assertThat(seats.version()).isEqualTo(10);
    }

    @Test
    void aFactAboutASeatThatIsNotThereIsAGap() {
        assertThat(seats.apply(held(11, "P-9-1"))).isEqualTo(Step.GAP);
    }

    @Test
    void aSnapshotStaysAsItWas() {
        SeatSnapshot before = seats.snapshot();
        assertThat(seats.snapshot()).isSameAs(before);
        seats.apply(held(11, "P-1-1"));
        assertThat(new String(before.statuses(), StandardCharsets.US_ASCII)).isEqualTo("AARAAS");
        assertThat(seats.snapshot()).isNotSameAs(before);
    }

    @Test
    void heldAndSoldSeatsKeepTheirStatusInANewLayout() {
        SeatFact wider = fact(11).setEventDefined(
                        TestEvents.event("e", 3, 4).toBuilder().setDefinition(2))
                .build();
        assertThat(seats.apply(wider)).isEqualTo(Step.APPLIED);
        assertThat(statuses()).isEqualTo("AARAAASAAAAA");
        assertThat(seats.snapshot().available()).containsExactly(3, 7);
        assertThat(seats.snapshot().definition()).isEqualTo(2);
    }

    @Test
    void aLayoutThatLosesAHeldSeatIsAGap() {
        SeatFact narrower =
                fact(11).setEventDefined(TestEvents.event("e", 2, 2)).build();
        assertThat(seats.apply(narrower)).isEqualTo(Step.GAP);
        assertThat(statuses()).isEqualTo("AARAAS");
    }

    @Test
    void whoWatchesGetsEachChangedSeatOnceAsItIsNow() {
        seats.watch();
        seats.apply(held(11, "P-1-1"));
        seats.apply(fact(12).setBookingLapsed(booking("P-1-1")).build());
        seats.apply(held(13, "P-2-2"));
        EventSeats.Changes changes = seats.drain();
        assertThat(new JsonObject(LiveJson.changes(changes.seats(), changes.after())))
                .isEqualTo(new JsonObject("{\"type\":\"changes\",\"version\":13,"
                        + "\"changes\":[[0,\"A\"],[4,\"R\"]],\"available\":[2,1]}"));
        assertThat(seats.drain().isEmpty()).isTrue();
    }

    private String statuses() {
        return new String(seats.snapshot().statuses(), StandardCharsets.US_ASCII);
    }

    private static SeatFact held(long version, String... tickets) {
        return fact(version).setSeatsHeld(booking(tickets)).build();
    }

    private static SeatFact.Builder fact(long version) {
        return SeatFact.newBuilder().setEventId("e").setSeatMapVersion(version);
    }

    private static Booking booking(String... tickets) {
        Booking.Builder booking = Booking.newBuilder();
        for (String ticket : tickets) {
            booking.addSeats(BookedSeat.newBuilder().setTicketId(ticket));
        }
        return booking.build();
    }
}
