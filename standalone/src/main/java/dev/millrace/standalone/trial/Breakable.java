package dev.millrace.standalone.trial;

import dev.millrace.standalone.ChildStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Roles and servers that can be killed while a trial goes on. */
public enum Breakable {
    streams("streams-"),
    flinkJm("flink-jm"),
    flinkTm("flink-tm"),
    broker("kafka"),
    ingest("ingest"),
    serving("serving"),
    outbound("outbound"),
    edge("edge"),
    postgres("postgres"),
    cassandra("cassandra"),
    dynamodb("dynamodb"),
    redis("redis"),
    s3("s3");

    private static final String ALL = "all";

    private final String child;

    Breakable(String child) {
        this.child = child;
    }

    /** As it is called on the command line. */
    @Override
    public String toString() {
        return name().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    /** Whether this is the name of one of its processes. */
    boolean names(String process) {
        return process.startsWith(child);
    }

    /**
     * @param names of roles, or only "all"
     * @param running what there is to kill
     * @throws IllegalArgumentException if one isn't a role's that runs
     */
    public static List<Breakable> named(List<String> names, List<ChildStatus> running) {
        List<Breakable> there = Arrays.stream(values())
                .filter(role -> running.stream().anyMatch(child -> role.names(child.name())))
                .toList();
        if (names.equals(List.of(ALL))) {
            return there;
        }
        return names.stream()
                .map(name -> there.stream()
                        .filter(role -> role.toString().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "kill: " + name + " (expected: " + ALL + " or some of " + there + ", which run)")))
                .toList();
    }
}
