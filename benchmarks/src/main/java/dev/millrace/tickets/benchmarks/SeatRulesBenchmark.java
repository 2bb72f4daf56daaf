package dev.millrace.tickets.benchmarks;

import com.google.protobuf.ByteString;
import dev.millrace.tickets.rules.Decision;
import dev.millrace.tickets.rules.EventLayout;
import dev.millrace.tickets.rules.SeatBook;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the rules take to give away one seat, alone, by the size of the venue. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SeatRulesBenchmark {
    private static final int SEATS_PER_ROW = 50;
    private static final Position POSITION = Position.newBuilder()
            .setLog("seats")
            .setPartition(3)
            .setOffset(1042)
            .build();

    @Param({"1000", "20000", "100000"})
    int seats;

    private SeatBook book = new EmptyHall(1);
    private SeatCommand command = SeatCommand.getDefaultInstance();

    @Setup
    public void layOut() {
        int rows = seats / SEATS_PER_ROW;
        book = new EmptyHall(rows);
        command = SeatCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(ByteString.copyFrom(new byte[CommandId.BYTES]))
                        .setBodyHash(ByteString.copyFrom(new byte[CommandId.BYTES]))
                        .setSubject("alice"))
                .setEventId("hall")
                .setHoldSeats(HoldSeats.newBuilder().addTicketIds("S0-" + rows / 2 + "-25"))
                .build();
    }

    @Benchmark
    public Decision holdOneSeat() {
        return SeatRules.decide(book, command, 1_800_000_000_000L, POSITION);
    }

    /** An event nobody has claimed a seat of. */
    private static final class EmptyHall implements SeatBook {
        private static final RowState ROW = RowState.newBuilder()
                .setStatuses(ByteString.copyFrom(new byte[(SEATS_PER_ROW + 3) / 4]))
                .setChangedAtVersion(1)
                .build();

        private final EventLayout layout;
        private final EventHead head;

        EmptyHall(int rows) {
            Section.Builder section = Section.newBuilder().setSectionId("S0");
            for (int row = 1; row <= rows; row++) {
                section.addRows(SeatRow.newBuilder()
                        .setLabel(Integer.toString(row))
                        .setSeats(SEATS_PER_ROW)
                        .setFirstNumber(1)
                        .setTierId("all"));
            }
            layout = new EventLayout(Event.newBuilder()
                    .setEventId("hall")
                    .addTiers(PriceTier.newBuilder().setTierId("all"))
                    .setCurrency("GBP")
                    .setHoldSeconds(600)
                    .setSeatsPerBookingMax(8)
                    .setDefinition(1)
                    .setSeating(Seating.newBuilder().addSections(section))
                    .build());
            head = EventHead.newBuilder()
                    .setSeatMapVersion(1)
                    .setSeats(layout.seats())
                    .setDefinition(1)
                    .addAvailable(layout.seats())
                    .build();
        }

        @Override
        public EventHead head() {
            return head;
        }

        @Override
        public EventLayout layout() {
            return layout;
        }

        @Override
        public RowState row(int row) {
            return ROW;
        }

        @Override
        public @Nullable BookingState booking(String bookingId) {
            return null;
        }

        @Override
        public @Nullable RememberedOutcome remembered(CommandId commandId) {
            return null;
        }

        @Override
        public @Nullable String holderOf(String ticketId) {
            return null;
        }
    }
}
