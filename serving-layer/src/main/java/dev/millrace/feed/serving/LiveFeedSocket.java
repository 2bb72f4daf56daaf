package dev.millrace.feed.serving;

import dev.millrace.serving.LiveConnection;
import io.micrometer.core.instrument.Counter;
import java.util.function.Supplier;

/** One socket of a live feed. If it can't keep up, it is left out, and told to read the feed again once it can. */
final class LiveFeedSocket {
    private final LiveConnection connection;
    private final Counter resyncs;
    private final Supplier<String> resync;
    private boolean ready;
    private boolean behind;

    /** @param resync the message for a socket that was left out */
    LiveFeedSocket(LiveConnection connection, Counter resyncs, Supplier<String> resync) {
        this.connection = connection;
        this.resyncs = resyncs;
        this.resync = resync;
    }

    boolean isClosed() {
        return connection.isClosed();
    }

    /** Nothing goes out before this. */
    void begin(String text) {
        ready = true;
        connection.send(text);
    }

    void tell(String text) {
        if (!ready) {
            return;
        }
        catchUp();
        if (behind) {
            return;
        }
        if (!connection.isSlow()) {
            connection.send(text);
            return;
        }
        behind = true;
        resyncs.increment();
        // The room may have come between the question and this; nobody would say so again.
        catchUp();
    }

    /** Goes on, if there is room again. */
    void catchUp() {
        if (behind && !connection.isSlow()) {
            behind = false;
            connection.send(resync.get());
        }
    }

    void goAway() {
        connection.goAway();
    }

    void turnAway(String why) {
        connection.turnAway(why);
    }

    void expel(String why) {
        connection.expel(why);
    }
}
