package dev.millrace.tickets.benchmarks;

import com.google.protobuf.ByteString;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the fact of a claim takes onto the wire and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireSerdeBenchmark {
    private final Serializer<SeatFact> serializer =
            TicketsTopics.SEAT_FACTS.values().serializer();
    private final Deserializer<SeatFact> deserializer =
            TicketsTopics.SEAT_FACTS.values().deserializer();
    private final SeatFact fact = fact();
    private final byte[] written = serializer.serialize("tickets.seat-facts", fact);

    @Benchmark
    public byte[] write() {
        // A copy, because a message remembers its size and would be measured without the work of finding it.
        return serializer.serialize(
                "tickets.seat-facts",
                fact.toBuilder().setAtMillis(System.nanoTime()).build());
    }

    @Benchmark
    public SeatFact read() {
        return deserializer.deserialize("tickets.seat-facts", written);
    }

    private static SeatFact fact() {
        String bookingId = "autumn-gala." + CommandId.of("alice", "POST", "/bookings/autumn-gala", "k1");
        return SeatFact.newBuilder()
                .setCommandId(ByteString.copyFrom(new byte[CommandId.BYTES]))
                .setEventId("autumn-gala")
                .setPosition(
                        Position.newBuilder().setLog("seats").setPartition(5).setOffset(1042))
                .setAtMillis(1_800_000_000_000L)
                .setSeatMapVersion(77)
                .setSeatsHeld(Booking.newBuilder()
                        .setBookingId(bookingId)
                        .setEventId("autumn-gala")
                        .setUserId("alice")
                        .setStatus(BookingStatus.BOOKING_RESERVED)
                        .addSeats(BookedSeat.newBuilder()
                                .setSeatIndex(12_345)
                                .setTicketId("S12-7-25")
                                .setTierId("all"))
                        .setCurrency("GBP")
                        .setExpiresAtMillis(1_800_000_600_000L)
                        .setCreatedAtMillis(1_800_000_000_000L)
                        .setChangedAtMillis(1_800_000_000_000L))
                .build();
    }
}
