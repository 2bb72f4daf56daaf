package dev.millrace.standalone.cli;

import com.google.protobuf.TextFormat;
import dev.millrace.standalone.CommandTrace;
import dev.millrace.standalone.CommandTrace.Station;
import dev.millrace.standalone.LocalDatabase;
import dev.millrace.standalone.StartFailure;
import dev.millrace.tickets.standalone.LedgerRows;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.CommandId;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a command's way. */
@Command(name = "trace", description = "Show a command's way: its record, the facts it made, its answers, the ledger.")
final class Trace implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND_ID", description = "32 hex digits, or a booking's id, which ends with them.")
    private String id = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws SQLException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        CommandId command = commandId();
        RunningSystem system = RunningSystem.require();
        List<Station> stations = CommandTrace.of(command, system.ports().bootstrap());
        if (stations.isEmpty()) {
            out.println("No record names command " + command + ".");
            return 1;
        }
        for (Station s : stations) {
            out.printf(
                    "%s  %s  partition %d  offset %d  key %s%n", s.at(), s.topic(), s.partition(), s.offset(), s.key());
            TextFormat.printer().printToString(s.value()).lines().forEach(line -> out.println("    " + line));
        }
        try (Connection database = LocalDatabase.connect(Terminal.data(), system.ports())) {
            for (String booking : bookingsIn(stations)) {
                out.println("ledger");
                List<String> rows = LedgerRows.of(database, booking);
                rows.forEach(row -> out.println("    " + row));
                if (rows.isEmpty()) {
                    out.println("    has nothing of " + booking + " yet");
                }
            }
        }
        out.flush();
        return 0;
    }

    private static Set<String> bookingsIn(List<Station> stations) {
        return stations.stream()
                .map(Station::value)
                .filter(SeatFact.class::isInstance)
                .map(fact -> bookingOf((SeatFact) fact))
                .filter(booking -> !booking.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String bookingOf(SeatFact fact) {
        Booking booking = switch (fact.getKindCase()) {
            case SEATS_HELD -> fact.getSeatsHeld();
            case BOOKING_CONFIRMED -> fact.getBookingConfirmed();
            case BOOKING_CANCELLED -> fact.getBookingCancelled();
            case BOOKING_LAPSED -> fact.getBookingLapsed();
            default -> Booking.getDefaultInstance();
        };
        return booking.getBookingId();
    }

    private CommandId commandId() {
        String hex = id.substring(id.lastIndexOf('.') + 1);
        try {
            return CommandId.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("trace", id + " (expected: 32 hex digits, or a booking's id)");
        }
    }
}
