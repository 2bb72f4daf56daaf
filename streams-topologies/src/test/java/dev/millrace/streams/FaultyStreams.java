package dev.millrace.streams;

import dev.millrace.tickets.streams.FaultyClaims;
import dev.millrace.tickets.streams.SeatFault;
import dev.millrace.topics.http.RoleProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The role streams with a bug, as a process of its own: what a checker must find. */
public final class FaultyStreams {
    private FaultyStreams() {}

    public static void main(String[] args) {
        RoleProcess.run(args, settings -> {
            Path file = Path.of(settings.text("fault.file", "a file that names the bug of the moment: a SeatFault"));
            return StreamsTopologies.start(settings, new FaultyClaims(() -> namedIn(file))::topology);
        });
    }

    private static SeatFault namedIn(Path file) {
        try {
            return SeatFault.valueOf(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
