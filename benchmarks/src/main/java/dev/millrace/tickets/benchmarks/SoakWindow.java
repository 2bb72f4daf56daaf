package dev.millrace.tickets.benchmarks;

import dev.millrace.load.Measured;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * What was seen at one moment of a soak, and the calls since the one before.
 *
 * @param minute since the beginning
 * @param processes of each: rssMiB, handles, threads
 * @param lag records that wait, by where
 */
public record SoakWindow(
        double minute, Map<String, JsonObject> processes, Map<String, Double> lag, Measured changes, Measured reads) {
    public JsonObject json() {
        JsonObject ofProcesses = new JsonObject();
        processes.forEach(ofProcesses::put);
        JsonObject ofLag = new JsonObject();
        lag.forEach(ofLag::put);
        return new JsonObject()
                .put("minute", minute)
                .put("processes", ofProcesses)
                .put("lag", ofLag)
                .put("changes", figures(changes))
                .put("reads", figures(reads));
    }

    /** Without the histogram: there are hundreds of windows. */
    private static JsonObject figures(Measured measured) {
        JsonObject answers = new JsonObject();
        measured.answers().forEach(answers::put);
        return new JsonObject()
                .put("answers", answers)
                .put("p50Millis", measured.millisAt(50))
                .put("p99Millis", measured.millisAt(99))
                .put("maxMillis", measured.millisMax());
    }
}
