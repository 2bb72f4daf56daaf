package dev.millrace.tickets.serving;

import dev.millrace.serving.LiveConnection;

/** One viewer of one event's live seats. It is either in step, or behind and then owed a snapshot. */
final class LiveSocket {
    private final LiveConnection connection;
    private volatile boolean behind = true;
    /** Definition its indexes mean; 0 before the first snapshot. */
    private long definition;

    LiveSocket(LiveConnection connection) {
        this.connection = connection;
    }

    boolean isBehind() {
        return behind;
    }

    boolean isSlow() {
        return connection.isSlow();
    }

    void fallBehind() {
        behind = true;
    }

    /** From here on it is in step, whatever it missed. */
    void resync(SeatSnapshot now) {
        if (definition != 0 && definition != now.definition()) {
            send(LiveJson.redefined(now));
        }
        send(now.live());
        definition = now.definition();
        behind = false;
    }

    void send(String text) {
        connection.send(text);
    }
}
