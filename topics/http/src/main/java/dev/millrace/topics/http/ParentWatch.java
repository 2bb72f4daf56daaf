package dev.millrace.topics.http;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends this process when the one that started it ends, even by kill -9: the parent holds our standard input open, and
 * the end of that stream is the end of the parent.
 */
public final class ParentWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

    private final boolean wanted;

    private ParentWatch(boolean wanted) {
        this.wanted = wanted;
    }

    public static ParentWatch from(Settings settings) {
        return new ParentWatch(settings.flag(
                "exit.on.stdin.eof", false, "shut down cleanly when standard input ends, that is, with the parent"));
    }

    /** Makes the role close when the process ends for any reason, and the process end with its parent if so set. */
    public void closeAtEnd(AutoCloseable role) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                role.close();
                            } catch (Exception e) {
                                LOG.atError().setCause(e).log("role didn't close cleanly");
                            }
                        },
                        "close-at-end"));
        if (wanted) {
            onEndOf(System.in, () -> System.exit(0));
        }
    }

    static void onEndOf(InputStream in, Runnable then) {
        Thread watch = new Thread(
                () -> {
                    byte[] ignored = new byte[256];
                    try {
                        while (in.read(ignored) >= 0) {
                            // The parent writes nothing; whatever comes is not for us.
                        }
                    } catch (IOException e) {
                        LOG.atInfo().addKeyValue("error", e.getMessage()).log("standard input broke");
                    }
                    then.run();
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
