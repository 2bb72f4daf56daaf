package dev.millrace.tickets.benchmarks;

import dev.millrace.load.Measured;
import io.vertx.core.json.JsonObject;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A soak as one picture: memory, handles, lag and latency over time. */
public final class SoakPicture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    /** What a window without a call is drawn as: nothing has no logarithm. */
    private static final double LEAST_MILLIS = 0.1;

    private static final Color[] COLORS = {
        new Color(0x1b6ca8),
        new Color(0xd1495b),
        new Color(0x2e8b57),
        new Color(0xe08e0b),
        new Color(0x6a4c93),
        new Color(0x4d4d4d),
        new Color(0x17a2a2)
    };

    private final List<SoakWindow> windows;

    public SoakPicture(List<SoakWindow> windows) {
        this.windows = List.copyOf(windows);
    }

    public void write(Path png) throws IOException {
        System.setProperty("java.awt.headless", "true");
        XYChart memory = chart("Memory, MiB resident");
        XYChart handles = chart("Open files and sockets");
        for (String process : names(window -> window.processes().keySet())) {
            series(memory, process, window -> of(window, process, "rssMiB"));
            series(handles, process, window -> of(window, process, "handles"));
        }
        XYChart lag = chart("Waiting, records");
        for (String where : names(window -> window.lag().keySet())) {
            series(lag, where, window -> window.lag().getOrDefault(where, 0.0));
        }
        XYChart latency = chart("Latency from the intended start, ms");
        latency.getStyler().setYAxisLogarithmic(true);
        latency.getStyler().setYAxisMin(LEAST_MILLIS);
        latencies(latency, "changes", SoakWindow::changes);
        latencies(latency, "reads", SoakWindow::reads);
        Files.createDirectories(png.toAbsolutePath().getParent());
        BitmapEncoder.saveBitmap(
                List.of(memory, handles, lag, latency), 2, 2, png.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private interface Calls {
        Measured of(SoakWindow window);
    }

    private void latencies(XYChart chart, String what, Calls calls) {
        series(
                chart,
                what + " p50",
                window -> Math.max(LEAST_MILLIS, calls.of(window).millisAt(50)));
        series(
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

    private void series(XYChart chart, String name, ToDoubleFunction<SoakWindow> figure) {
        double[] minutes = windows.stream().mapToDouble(SoakWindow::minute).toArray();
        XYSeries series = chart.addSeries(
                name, minutes, windows.stream().mapToDouble(figure).toArray());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(1.6f));
    }

    private static XYChart chart(String title) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("minutes")
                .build();
        Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        chart.getStyler()
                .setSeriesColors(COLORS)
                .setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16))
                .setLegendFont(text)
                .setLegendPosition(LegendPosition.OutsideE)
                .setLegendBorderColor(Color.WHITE);
        chart.getStyler()
                .setAxisTitleFont(text)
                .setAxisTickLabelsFont(text)
                .setPlotGridLinesColor(new Color(0xe4e4e4))
                .setPlotBorderVisible(false);
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }
}
