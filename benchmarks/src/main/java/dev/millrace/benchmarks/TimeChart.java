package dev.millrace.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Figures over time, all drawn in one style. */
public final class TimeChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final double WORDS_AT = 0.97;
    private static final float LINE = 1.6f;
    private static final Color QUIET = new Color(0x8a8a8a);
    private static final BasicStroke DASHES =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {5, 4}, 0);

    private static final Color[] COLORS = {
        new Color(0x1b6ca8),
        new Color(0xd1495b),
        new Color(0x2e8b57),
        new Color(0xe08e0b),
        new Color(0x6a4c93),
        new Color(0x4d4d4d),
        new Color(0x17a2a2)
    };

    private final XYChart chart;
    private double top;

    /** @param unit of the time */
    public TimeChart(String title, String unit) {
        System.setProperty("java.awt.headless", "true");
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(unit)
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
        chart.getStyler()
                .setAnnotationTextFont(text)
                .setAnnotationTextFontColor(COLORS[COLORS.length - 2])
                .setAnnotationLineColor(QUIET)
                .setAnnotationLineStroke(DASHES);
        chart.getStyler().setYAxisMin(0.0);
    }

    public TimeChart logarithmicFrom(double least) {
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(least);
        return this;
    }

    public TimeChart upTo(double most) {
        top = most;
        chart.getStyler().setYAxisMax(most);
        return this;
    }

    public TimeChart line(String name, double[] times, double[] figures) {
        XYSeries series = chart.addSeries(name, times, figures);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(LINE));
        return this;
    }

    /** What a figure can't be above, dashed. */
    public TimeChart bound(String name, double[] times, double figure) {
        XYSeries series =
                chart.addSeries(name, new double[] {times[0], times[times.length - 1]}, new double[] {figure, figure});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(QUIET);
        series.setLineStyle(DASHES);
        return this;
    }

    /** What goes on from one time to another; its words stand below the {@link #upTo top}. */
    public TimeChart phase(String words, double from, double to) {
        chart.addAnnotation(new AnnotationLine(from, true, false));
        chart.addAnnotation(new AnnotationText(words, (from + to) / 2, WORDS_AT * top, false));
        return this;
    }

    /** As a table of so many columns, filled row by row. */
    public static void write(List<TimeChart> charts, int columns, Path png) throws IOException {
        Files.createDirectories(png.toAbsolutePath().getParent());
        List<XYChart> all = charts.stream().map(one -> one.chart).toList();
        BitmapEncoder.saveBitmap(all, all.size() / columns, columns, png.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
