package dev.millrace.files.serving;

import dev.millrace.serving.LiveConnection;
import io.micrometer.core.instrument.Counter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One socket of live changes. While it can't keep up, the newest change of each namespace waits for it in the place of all
 * of them; a share that is left out meanwhile makes it begin again.
 */
final class LiveChangesSocket {
    private final LiveConnection connection;
    private final Counter resyncs;
    private final Supplier<String> resync;
    private boolean ready;
    private boolean missed;
    /** Those that wait, by namespace. */
    private final Map<String, String> newestChanges = new LinkedHashMap<>();

    /** @param resync the message for a socket that may have missed something */
    LiveChangesSocket(LiveConnection connection, Counter resyncs, Supplier<String> resync) {
        this.connection = connection;
        this.resyncs = resyncs;
        this.resync = resync;
    }

    boolean isClosed() {
        return connection.isClosed();
    }

    boolean isOf(String device) {
        return connection.device().equals(device);
    }

    /** Nothing goes out before this. */
    void begin(String text) {
        ready = true;
        connection.send(text);
    }

    void tellChange(String namespace, String text) {
        if (ready) {
            newestChanges.put(namespace, text);
            catchUp();
        }
    }

    void tellShare(String text) {
        if (!ready || missed) {
            return;
        }
        if (connection.isSlow()) {
            resyncs.increment();
            miss();
        } else {
            connection.send(text);
        }
    }

    /** It may have missed something. */
    void miss() {
        if (ready) {
            missed = true;
            catchUp();
        }
    }

    /** Goes on, if there is room again. */
    void catchUp() {
        if (connection.isSlow()) {
            return;
        }
        if (missed) {
            missed = false;
            connection.send(resync.get());
        }
        Iterator<String> waiting = newestChanges.values().iterator();
        while (waiting.hasNext() && !connection.isSlow()) {
            connection.send(waiting.next());
            waiting.remove();
        }
    }

    void goAway() {
        connection.goAway();
    }

    void turnAway(String why) {
        connection.turnAway(why);
    }

    void expel(String why) {
        ready = false;
        connection.expel(why);
    }
}
