package dev.millrace.standalone;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is known of a child.
 *
 * @param pid its process, 0 while there is none
 * @param since when this state began
 * @param restarts how often it was started again
 * @param why what ended it last; empty if nothing did
 */
public record ChildStatus(String name, String address, State state, long pid, Instant since, int restarts, String why) {

    /** Where a child is between its first start and its stop. */
    public enum State {
        WAITING,
        STARTING,
        READY,
        DOWN,
        FAILED,
        STOPPED
    }

    static ChildStatus waiting(Program program) {
        return new ChildStatus(program.name(), program.address(), State.WAITING, 0, now(), 0, "");
    }

    ChildStatus starting(long newPid) {
        return new ChildStatus(name, address, State.STARTING, newPid, now(), restarts, why);
    }

    ChildStatus ready() {
        return new ChildStatus(name, address, State.READY, pid, now(), restarts, why);
    }

    ChildStatus died(String reason) {
        return new ChildStatus(name, address, State.DOWN, 0, now(), restarts + 1, reason);
    }

    ChildStatus failed(String reason) {
        return new ChildStatus(name, address, State.FAILED, 0, now(), restarts, reason);
    }

    ChildStatus stopped() {
        return new ChildStatus(
                name, address, state == State.FAILED ? State.FAILED : State.STOPPED, 0, now(), restarts, why);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
