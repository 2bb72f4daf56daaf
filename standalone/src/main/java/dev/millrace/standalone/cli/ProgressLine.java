package dev.millrace.standalone.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** Shows how things stand: over and over in one line of a terminal, and now and then where there is none. */
final class ProgressLine {
    private static final int EVERY_WITHOUT_TERMINAL = 10;

    private final PrintWriter out;
    private final boolean redraws = Ansi.AUTO.enabled();
    private int lines;

    ProgressLine(PrintWriter out) {
        this.out = out;
    }

    synchronized void show(String text) {
        if (redraws) {
            out.printf("\r\033[K%4d s  %s", lines, text);
        } else if (lines % EVERY_WITHOUT_TERMINAL == 0) {
            out.printf("%4d s  %s%n", lines, text);
        }
        lines++;
        out.flush();
    }
}
