package dev.millrace.benchmarks.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A figure of runs of the same kind. */
record Spread(double least, double median, double most) {
    /** @param runs at least one */
    static <T> Spread of(List<T> runs, ToDoubleFunction<T> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** The median, and in brackets the least and the most. */
    String text(String format) {
        return String.format(format + " (" + format + ".." + format + ")", median, least, most);
    }

    JsonObject json() {
        return new JsonObject().put("least", least).put("median", median).put("most", most);
    }
}
