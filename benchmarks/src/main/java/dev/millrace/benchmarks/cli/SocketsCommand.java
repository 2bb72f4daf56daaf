package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.load.Measured;
import dev.millrace.tickets.benchmarks.LiveCrowd;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "sockets",
        description = "Live sockets on one serving instance: its memory, and how fast a claim reaches all.",
        mixinStandardHelpOptions = true)
final class SocketsCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--people", defaultValue = "10000", description = "Sockets. Default: ${DEFAULT-VALUE}")
    int people;

    @Option(names = "--seats", defaultValue = "20000", description = "Seats of the event. Default: ${DEFAULT-VALUE}")
    int seats;

    @Option(
            names = "--claims",
            defaultValue = "30",
            description = "Claims, one after the other. Default: ${DEFAULT-VALUE}")
    int claims;

    @Override
    public Integer call() throws Exception {
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                "sockets", spec.commandLine().getParent().getParseResult().originalArgs());
        try (var crowd = new LiveCrowd(run.target(), people, seats)) {
            crowd.enter(1);
            crowd.claim(3);
            show(out, record, "before", crowd.serving());
            long began = System.nanoTime();
            crowd.enter(people - 1);
            out.printf("all in after %.1f s%n", (System.nanoTime() - began) / 1e9);
            show(out, record, "connected", crowd.serving());
            Measured delays = crowd.claim(claims);
            show(out, record, "afterClaims", crowd.serving());
            record.put("delays", delays.json());
            out.printf(
                    "a claim at every socket: p50 %.1f ms, p99 %.1f ms, max %.1f ms  %s%n",
                    delays.millisAt(50), delays.millisAt(99), delays.millisMax(), delays.answers());
        }
        out.println("raw results: " + record.write(run.results));
        return 0;
    }

    private static void show(PrintWriter out, RunRecord record, String when, JsonObject serving) {
        record.put(when, serving);
        out.println(when + ": " + serving.encode());
        out.flush();
    }
}
