package dev.millrace.tickets.serving;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One viewer of one event's live seats. It is either in step, or behind and then owed a snapshot. */
final class LiveSocket {
    /** Bytes that may wait for a viewer before it counts as slow: two snapshots of 100,000 seats. */
    private static final int WAITING_BYTES_MAX = 256 * 1024;
    /** Viewers have nothing to say; this only leaves room for somebody's keep-alive. */
    private static final int INBOUND_BYTES_MAX = 1024;

    private static final int INBOUND_FRAMES_MAX = 60;
    private static final int UNANSWERED_PINGS_MAX = 2;
    private static final short GOING_AWAY = 1001;
    private static final short POLICY = 1008;
    private static final short TOO_BIG = 1009;

    private final ServerWebSocket socket;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger inbound = new AtomicInteger();
    private volatile boolean behind = true;
    /** Definition its indexes mean; 0 before the first snapshot. */
    private long definition;

    LiveSocket(ServerWebSocket socket) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(WAITING_BYTES_MAX);
        socket.pongHandler(pong -> unanswered.set(0));
        socket.frameHandler(frame -> {
            if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
                if (frame.binaryData().length() > INBOUND_BYTES_MAX) {
                    close(TOO_BIG, "nothing is expected here");
                } else if (inbound.incrementAndGet() > INBOUND_FRAMES_MAX) {
                    close(POLICY, "too many messages");
                }
            }
        });
    }

    boolean isBehind() {
        return behind;
    }

    /** Whether more would only pile up: it takes nothing in for now, or for good. */
    boolean isSlow() {
        try {
            return socket.writeQueueFull();
        } catch (IllegalStateException closed) {
            return true;
        }
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
        onlyIfOpen(() -> socket.writeTextMessage(text));
    }

    void ping() {
        inbound.set(0);
        if (unanswered.incrementAndGet() > UNANSWERED_PINGS_MAX) {
            close(GOING_AWAY, "nobody there");
        } else {
            onlyIfOpen(() -> socket.writePing(Buffer.buffer()));
        }
    }

    void goAway() {
        close(GOING_AWAY, "server is closing");
    }

    private void close(short code, String why) {
        onlyIfOpen(() -> socket.close(code, why));
    }

    /** It may close at any moment, on a thread of its own; whoever writes to many must not trip over one. */
    private static void onlyIfOpen(Supplier<Future<Void>> write) {
        try {
            var unused = write.get();
        } catch (IllegalStateException closed) {
            // Its close handler takes it off the list.
        }
    }
}
