package dev.millrace.streams;

import dev.millrace.tickets.streams.FaultyClaims;
import dev.millrace.tickets.streams.SeatFault;
import dev.millrace.topics.http.RoleProcess;

/** The role streams with a bug, as a process of its own: what a checker must find. */
public final class FaultyStreams {
    private FaultyStreams() {}

    public static void main(String[] args) {
        RoleProcess.run(args, settings -> {
            SeatFault fault = SeatFault.valueOf(settings.text("fault", "the bug: a SeatFault"));
            return StreamsTopologies.start(settings, new FaultyClaims(fault)::topology);
        });
    }
}
