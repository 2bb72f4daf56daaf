package dev.millrace.standalone.cli;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.Occupancy;
import dev.millrace.standalone.Ports;
import dev.millrace.standalone.StartFailure;
import dev.millrace.standalone.StatusFile;
import java.util.List;

/** What a command needs of the Millrace that runs in another terminal. */
record RunningSystem(Ports ports, List<ChildStatus> children) {
    static RunningSystem require() {
        StatusFile.Snapshot snapshot =
                Terminal.hasData() && Occupancy.holder(Terminal.data()).isPresent()
                        ? new StatusFile(Terminal.data()).read()
                        : null;
        if (snapshot == null) {
            throw new StartFailure("not running", "this needs a running Millrace (expected: ./millrace up)");
        }
        return new RunningSystem(snapshot.ports(), snapshot.children());
    }
}
