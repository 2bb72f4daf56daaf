package dev.millrace.standalone.server;

import java.io.IOException;

/** Whoever started this server. */
final class Launcher {
    private Launcher() {}

    /** Ends this process when its stdin ends, that is, with its launcher. */
    static void endWithIt() {
        Thread watch = new Thread(Launcher::exitAtEndOfStdin, "stdin-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void exitAtEndOfStdin() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes here; only the end matters.
            }
        } catch (IOException e) {
            // A broken pipe is an end too.
        }
        System.exit(0);
    }
}
