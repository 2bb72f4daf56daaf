package dev.millrace.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.serving.LedgerProjection;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.v1.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The projector frame over a real PostgreSQL; the log is played by hand, so that two may think they own a partition. */
class ProjectorIT {
    private static final TopicPartition PARTITION = new TopicPartition(TicketsTopics.SEAT_FACTS.name(), 3);

    private static TestPostgres postgres;
    private static DataSource database;

    private final Readiness readiness = new Readiness();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        database = TestTables.in(postgres);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "TRUNCATE spine.projector_offsets, tickets.bookings, tickets.booking_seats, tickets.event_demand");
        }
    }

    @Test
    void factsBecomeRowsAndTheOffsetMovesWithThem() throws SQLException {
        Member member = new Member();
        member.owns();
        member.gets(0, held("b1", 1, "P-1-1", "P-1-2"));
        member.gets(2, held("b2", 2, "P-1-3"));
        member.gets(4, become(held("b2", 3, "P-1-3"), BookingStatus.BOOKING_CANCELLED));
        member.projector.step();
        assertThat(rows("SELECT booking_id || ' ' || status FROM tickets.bookings ORDER BY 1"))
                .containsExactly("b1 RESERVED", "b2 CANCELLED");
        assertThat(rows("SELECT ticket_id FROM tickets.booking_seats WHERE live ORDER BY 1"))
                .containsExactly("P-1-1", "P-1-2");
        assertThat(rows("SELECT taken || ' ' || popularity FROM tickets.event_demand"))
                .containsExactly("2 3");
        assertThat(rows("SELECT next_offset || ' ' || position_offset FROM spine.projector_offsets"))
                .containsExactly("5 3");
        assertThat(readiness.ready()).isTrue();
    }

    @Test
    void aSecondDeliveryChangesNothing() throws SQLException {
        Member first = new Member();
        first.owns();
        first.gets(0, held("b1", 1, "P-1-1"));
        first.projector.step();
        Member successor = new Member();
        successor.owns();
        assertThat(successor.consumer.position(PARTITION)).isEqualTo(1);
        assertThat(rows("SELECT taken || ' ' || popularity FROM tickets.event_demand"))
                .containsExactly("1 1");
    }

    @Test
    void aProjectorThatLostItsPartitionUnknowinglyWritesNothing() throws SQLException {
        Member zombie = new Member();
        zombie.owns();
        zombie.gets(0, held("b1", 1, "P-1-1"));
        zombie.projector.step();

        Member successor = new Member();
        successor.owns();
        successor.gets(1, held("b2", 2, "P-1-2"));
        successor.gets(2, become(held("b2", 3, "P-1-2"), BookingStatus.BOOKING_CONFIRMED));
        successor.projector.step();

        // The zombie got the same record before it was thrown out, and wakes up only now.
        zombie.gets(1, held("b2", 2, "P-1-2"));
        zombie.projector.step();
        assertThat(rows("SELECT status FROM tickets.bookings WHERE booking_id = 'b2'"))
                .containsExactly("CONFIRMED");
        assertThat(rows("SELECT taken || ' ' || popularity FROM tickets.event_demand"))
                .containsExactly("2 2");
        assertThat(rows("SELECT next_offset::text FROM spine.projector_offsets"))
                .containsExactly("3");
        assertThat(registry.counter("millrace.projector.fenced", "projector", "tickets-ledger")
                        .count())
                .isEqualTo(1);
        assertThat(zombie.consumer.position(PARTITION)).isEqualTo(3);
    }

    @Test
    void aSeatSoldTwiceStopsTheProjectorLoudly() throws SQLException {
        Member member = new Member();
        member.owns();
        member.gets(0, held("b1", 1, "P-1-1"));
        member.gets(1, held("b2", 2, "P-1-2"));
        member.gets(2, held("b3", 3, "P-1-1", "P-1-3"));
        member.gets(3, held("b4", 4, "P-1-4"));
        // Ends by itself: that is the stop.
        member.projector.run();
        assertThat(member.condition.whyNot().orElseThrow())
                .contains("seat sold twice", "event e", "ticket P-1-1", "bookings b1 and b3");
        assertThat(registry.get("millrace.projector.stopped").gauge().value()).isEqualTo(1);
        assertThat(rows("SELECT booking_id FROM tickets.bookings")).isEmpty();
        assertThat(rows("SELECT next_offset::text FROM spine.projector_offsets"))
                .containsExactly("0");
        assertThat(member.consumer.closed()).isTrue();
    }

    @Test
    void anUnreadableFactStopsTheProjectorToo() {
        Member member = new Member();
        member.owns();
        member.consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), 0, "e", new byte[] {9}));
        member.projector.run();
        assertThat(member.condition.whyNot().orElseThrow()).contains("unreadable fact", "wire version 9");
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedFor() throws Exception {
        Member member = new Member();
        member.owns();
        member.gets(0, held("b1", 1, "P-1-1"));
        postgres.kill();
        member.projector.step();
        assertThat(readiness.ready()).isFalse();
        assertThat(member.condition.whyNot().orElseThrow()).contains("PostgreSQL");
        postgres.resume();
        member.projector.step();
        assertThat(readiness.ready()).isTrue();
        // Back at the fact that wasn't written, so the log gives it again.
        assertThat(member.consumer.position(PARTITION)).isZero();
        member.gets(0, held("b1", 1, "P-1-1"));
        member.projector.step();
        assertThat(rows("SELECT booking_id FROM tickets.bookings")).containsExactly("b1");
    }

    @Test
    void aLogThatCantBeReadForNowIsReadLater() throws SQLException {
        Member member = new Member();
        member.owns();
        member.gets(0, held("b1", 1, "P-1-1"));
        member.consumer.setPollException(
                new KafkaException("Unexpected error from SyncGroup: The coordinator is loading."));
        member.projector.step();
        assertThat(rows("SELECT booking_id FROM tickets.bookings")).isEmpty();
        member.projector.step();
        assertThat(rows("SELECT booking_id FROM tickets.bookings")).containsExactly("b1");
        assertThat(readiness.ready()).isTrue();
    }

    @Test
    void factsThatAreGoneFromTheLogStopTheProjector() {
        Member member = new Member();
        member.owns();
        member.consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 0L)));
        member.projector.run();
        assertThat(member.condition.whyNot().orElseThrow()).contains("stopped", "OffsetOutOfRange");
    }

    private static List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static SeatFact held(String bookingId, long version, String... tickets) {
        Booking.Builder booking = Booking.newBuilder()
                .setBookingId(bookingId)
                .setEventId("e")
                .setUserId("alice")
                .setStatus(BookingStatus.BOOKING_RESERVED)
                .setCurrency("EUR");
        for (String ticket : tickets) {
            booking.addSeats(BookedSeat.newBuilder().setTicketId(ticket).setTierId("t"));
        }
        return SeatFact.newBuilder()
                .setEventId("e")
                .setSeatMapVersion(version)
                .setPosition(Position.newBuilder()
                        .setLog(TicketsTopics.SEATS)
                        .setPartition(PARTITION.partition())
                        .setOffset(version))
                .setSeatsHeld(booking)
                .build();
    }

    private static SeatFact become(SeatFact held, BookingStatus status) {
        Booking booking = held.getSeatsHeld().toBuilder().setStatus(status).build();
        return (status == BookingStatus.BOOKING_CONFIRMED
                        ? held.toBuilder().setBookingConfirmed(booking)
                        : held.toBuilder().setBookingCancelled(booking))
                .build();
    }

    /** One member of the group. */
    private final class Member {
        private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        private final Readiness.Condition condition = readiness.condition("projector");
        private final Projector projector = new Projector(
                new PostgresFacts(new LedgerProjection(), database, new Schema(database)),
                consumer,
                condition,
                new ProjectorMetrics(registry, "tickets-ledger"));

        Member() {
            projector.begin();
        }

        void owns() {
            consumer.rebalance(List.of(PARTITION));
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            projector.step();
        }

        void gets(long offset, SeatFact fact) {
            consumer.addRecord(new ConsumerRecord<>(
                    PARTITION.topic(),
                    PARTITION.partition(),
                    offset,
                    "e",
                    TicketsTopics.SEAT_FACTS.values().serializer().serialize("", fact)));
        }
    }
}
