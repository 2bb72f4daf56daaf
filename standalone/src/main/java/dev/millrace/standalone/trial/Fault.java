package dev.millrace.standalone.trial;

import dev.millrace.standalone.ChildStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One thing that breaks.
 *
 * @param after when, counted from the first arrival
 * @param how killed with -9, or stopped for a while and then left to go on as if nothing had been
 */
public record Fault(Breakable role, How how, Duration after) {
    /** Longer than sessions and transactions last, so that it wakes up as a zombie. */
    public static final Duration STOPPED_FOR = Duration.ofSeconds(8);

    /** Ways to break it. */
    public enum How {
        KILLED,
        STOPPED
    }

    /**
     * Every role in turn, killed in one round and stopped in the next, from soon after the start to shortly before the
     * end.
     */
    public static List<Fault> plan(List<Breakable> roles, Duration apart, Duration lasting) {
        List<Fault> faults = new ArrayList<>();
        Duration at = lasting.dividedBy(8);
        for (int i = 0;
                !roles.isEmpty()
                        && (i < roles.size()
                                || at.compareTo(lasting.multipliedBy(7).dividedBy(8)) < 0);
                i++) {
            How how = i / roles.size() % 2 == 0 ? How.KILLED : How.STOPPED;
            faults.add(new Fault(roles.get(i % roles.size()), how, at));
            at = at.plus(apart);
        }
        return faults;
    }

    /** The child this hits, one of them if the role has several. */
    ChildStatus victim(List<ChildStatus> children, Random random) {
        List<ChildStatus> candidates = children.stream()
                .filter(child -> child.pid() > 0 && role.names(child.name()))
                .toList();
        if (candidates.isEmpty()) {
            throw new IllegalStateException("kill: " + role + " (expected: a role that runs)");
        }
        return candidates.get(random.nextInt(candidates.size()));
    }

    /** Sends a signal to a process and all that it has started. */
    static void signal(String signal, long pid) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        Stream<ProcessHandle> tree = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
        tree.forEach(process -> command.add(Long.toString(process.pid())));
        if (command.size() > 2) {
            new ProcessBuilder(command).start().waitFor();
        }
    }
}
