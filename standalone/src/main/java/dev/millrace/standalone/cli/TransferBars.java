package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.TransferProgress;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as bars on a terminal, as lines where there is none. */
final class TransferBars implements TransferProgress {
    private static final String UNIT = " MiB";
    private static final long UNIT_BYTES = 1L << 20;
    private static final int REDRAW_MILLIS = 200;
    /** A line for each of so many per cent. */
    private static final int LINE_PERCENT = 25;
    /** What is there sooner than anybody reads of it. */
    private static final long SHOWN_FROM_BYTES = UNIT_BYTES;

    private final PrintWriter err;
    private final boolean quiet;
    private final boolean terminal;

    TransferBars(PrintWriter err, boolean quiet, boolean terminal) {
        this.err = err;
        this.quiet = quiet;
        this.terminal = terminal;
    }

    @Override
    public void say(String line) {
        if (!quiet) {
            err.println(line);
            err.flush();
        }
    }

    @Override
    public Bar begin(String what, long bytes) {
        if (quiet || bytes < SHOWN_FROM_BYTES) {
            return new Unseen();
        }
        return terminal ? new Drawn(what, bytes) : new Lines(what, bytes);
    }

    private static final class Unseen implements Bar {
        @Override
        public void add(long bytes) {}

        @Override
        public void close() {}
    }

    private static final class Drawn implements Bar {
        private final ProgressBar bar;

        Drawn(String what, long bytes) {
            bar = new ProgressBarBuilder()
                    .setTaskName(what)
                    .setInitialMax(bytes)
                    .setUnit(UNIT, UNIT_BYTES)
                    .setUpdateIntervalMillis(REDRAW_MILLIS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .build();
        }

        @Override
        public void add(long bytes) {
            ProgressBar unused = bar.stepBy(bytes);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private final class Lines implements Bar {
        private final String what;
        private final long bytes;
        private long done;
        private int shown = -1;

        Lines(String what, long bytes) {
            this.what = what;
            this.bytes = bytes;
        }

        @Override
        public synchronized void add(long more) {
            done += more;
            int percent = Math.toIntExact(done * 100 / bytes) / LINE_PERCENT * LINE_PERCENT;
            if (percent > shown) {
                shown = percent;
                say(String.format(
                        Locale.ROOT, "%s  %d %%  %s of %s", what, percent, Sizes.text(done), Sizes.text(bytes)));
            }
        }

        @Override
        public void close() {}
    }
}
