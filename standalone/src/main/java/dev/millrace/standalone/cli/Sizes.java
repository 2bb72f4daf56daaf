package dev.millrace.standalone.cli;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes as people read them. */
final class Sizes {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int STEP = 1024;

    private Sizes() {}

    static String text(long bytes) {
        double number = (double) bytes;
        int unit = 0;
        while (number >= STEP && unit < UNITS.size() - 1) {
            number /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", number, UNITS.get(unit));
    }
}
