package dev.millrace.standalone.cli;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalIssuer;
import dev.millrace.standalone.Occupancy;
import dev.millrace.standalone.Ports;
import dev.millrace.standalone.StartFailure;
import dev.millrace.standalone.StatusFile;
import dev.millrace.standalone.trial.TrialSystem;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

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

    /** As one to play a trial on. */
    TrialSystem forTrial() {
        StatusFile status = new StatusFile(Terminal.data());
        return new TrialSystem(
                ports.gateway(),
                LocalIssuer.in(Terminal.data(), Clock.systemUTC()),
                ports.bootstrap(),
                () -> Objects.requireNonNull(status.read()).children(),
                Terminal.data()::settingsOf);
    }
}
