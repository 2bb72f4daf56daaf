package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.TimeChart;
import dev.millrace.load.Measured;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** A soak as one picture: memory, handles, lag and latency over time. */
public final class SoakPicture {
    /** What a window without a call is drawn as: nothing has no logarithm. */
    private static final double LEAST_MILLIS = 0.1;

    private final List<SoakWindow> windows;

    public SoakPicture(List<SoakWindow> windows) {
        this.windows = List.copyOf(windows);
    }

    public void write(Path png) throws IOException {
        TimeChart memory = chart("Memory, MiB resident");
        TimeChart handles = chart("Open files and sockets");
        for (String process : names(window -> window.processes().keySet())) {
            line(memory, process, window -> of(window, process, "rssMiB"));
            line(handles, process, window -> of(window, process, "handles"));
        }
        TimeChart lag = chart("Waiting, records");
        for (String where : names(window -> window.lag().keySet())) {
            line(lag, where, window -> window.lag().getOrDefault(where, 0.0));
        }
        TimeChart latency = chart("Latency from the intended start, ms").logarithmicFrom(LEAST_MILLIS);
        latencies(latency, "changes", SoakWindow::changes);
        latencies(latency, "reads", SoakWindow::reads);
        TimeChart.write(List.of(memory, handles, lag, latency), 2, png);
    }

    private static TimeChart chart(String title) {
        return new TimeChart(title, "minutes");
    }

    private interface Calls {
        Measured of(SoakWindow window);
    }

    private void latencies(TimeChart chart, String what, Calls calls) {
        line(
                chart,
                what + " p50",
                window -> Math.max(LEAST_MILLIS, calls.of(window).millisAt(50)));
        line(
                chart,
                what + " p99",
                window -> Math.max(LEAST_MILLIS, calls.of(window).millisAt(99)));
    }

    private static double of(SoakWindow window, String process, String figure) {
        JsonObject seen = window.processes().getOrDefault(process, new JsonObject());
        return seen.getDouble(figure, 0.0);
    }

    private interface Named {
        Set<String> in(SoakWindow window);
    }

    private Set<String> names(Named named) {
        Set<String> names = new TreeSet<>();
        windows.forEach(window -> names.addAll(named.in(window)));
        return names;
    }

    private void line(TimeChart chart, String name, ToDoubleFunction<SoakWindow> figure) {
        double[] minutes = windows.stream().mapToDouble(SoakWindow::minute).toArray();
        chart.line(name, minutes, windows.stream().mapToDouble(figure).toArray());
    }
}
