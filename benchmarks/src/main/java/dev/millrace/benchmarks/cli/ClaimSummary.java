package dev.millrace.benchmarks.cli;

import dev.millrace.tickets.benchmarks.ClaimRun;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of the same kind as one line: the median, and in brackets the least and the most. */
final class ClaimSummary {
    private final Map<String, Map<String, List<ClaimRun>>> byLoadAndContender = new LinkedHashMap<>();

    void add(ClaimRun run) {
        byLoadAndContender
                .computeIfAbsent(run.load(), load -> new LinkedHashMap<>())
                .computeIfAbsent(run.contender(), contender -> new ArrayList<>())
                .add(run);
    }

    void print(PrintWriter out) {
        out.printf(
                "%n%-12s %-21s %-26s %-22s %-24s %-24s %-24s%n",
                "load", "system", "decided/s", "us/claim", "p50 ms", "p99 ms", "p99.9 ms");
        byLoadAndContender.forEach((load, contenders) -> contenders.forEach((contender, runs) -> out.printf(
                "%-12s %-21s %-26s %-22s %-24s %-24s %-24s%n",
                load,
                contender,
                Spread.of(runs, ClaimRun::decidedPerSecond).text("%.0f"),
                Spread.of(runs, ClaimRun::microsPerClaim).text("%.0f"),
                Spread.of(runs, run -> run.claims().millisAt(50)).text("%.1f"),
                Spread.of(runs, run -> run.claims().millisAt(99)).text("%.1f"),
                Spread.of(runs, run -> run.claims().millisAt(99.9)).text("%.1f"))));
        byLoadAndContender.forEach((load, contenders) -> {
            if (load.endsWith("/s")) {
                return;
            }
            double first = medianPerSecond(contenders.values().iterator().next());
            String name = contenders.keySet().iterator().next();
            contenders.forEach((contender, runs) -> {
                if (!contender.equals(name)) {
                    out.printf("%s: %s does %.2f times %s%n", load, name, first / medianPerSecond(runs), contender);
                }
            });
        });
        out.flush();
    }

    JsonArray json() {
        JsonArray all = new JsonArray();
        byLoadAndContender.forEach((load, contenders) ->
                contenders.forEach((contender, runs) -> all.add(new JsonObject()
                        .put("load", load)
                        .put("contender", contender)
                        .put("runs", runs.size())
                        .put(
                                "decidedPerSecond",
                                Spread.of(runs, ClaimRun::decidedPerSecond).json())
                        .put(
                                "microsPerClaim",
                                Spread.of(runs, ClaimRun::microsPerClaim).json())
                        .put(
                                "p50Millis",
                                Spread.of(runs, run -> run.claims().millisAt(50))
                                        .json())
                        .put(
                                "p99Millis",
                                Spread.of(runs, run -> run.claims().millisAt(99))
                                        .json())
                        .put(
                                "p999Millis",
                                Spread.of(runs, run -> run.claims().millisAt(99.9))
                                        .json()))));
        return all;
    }

    private static double medianPerSecond(List<ClaimRun> runs) {
        return Spread.of(runs, ClaimRun::decidedPerSecond).median();
    }
}
