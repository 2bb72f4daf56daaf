package dev.millrace.serving;

import dev.millrace.topics.http.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An open WebSocket: somebody has to answer its pings, and what they have to say is bounded. */
final class SocketConnection implements LiveConnection {
    /** Bytes that may wait for a viewer before it counts as slow: two snapshots of 100,000 seats. */
    private static final int WAITING_BYTES_MAX = 256 * 1024;
    /** Viewers have nothing to say; this only leaves room for somebody's keep-alive. */
    private static final int INBOUND_BYTES_MAX = 1024;

    private static final int INBOUND_FRAMES_MAX = 60;
    private static final int UNANSWERED_PINGS_MAX = 2;
    private static final short GOING_AWAY = 1001;
    private static final short POLICY = 1008;
    private static final short TOO_BIG = 1009;
    private static final short TRY_LATER = 1013;

    private final ServerWebSocket socket;
    private final Caller caller;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger inbound = new AtomicInteger();

    SocketConnection(ServerWebSocket socket, Caller caller) {
        this.socket = socket;
        this.caller = caller;
        socket.setWriteQueueMaxSize(WAITING_BYTES_MAX);
        socket.exceptionHandler(broken -> {
            // The close handler follows.
        });
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

    @Override
    public String user() {
        return caller.subject();
    }

    @Override
    public String device() {
        return caller.device();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public boolean isSlow() {
        try {
            return socket.writeQueueFull();
        } catch (IllegalStateException closed) {
            return true;
        }
    }

    @Override
    public void whenRoom(Runnable handler) {
        onlyIfOpen(() -> {
            socket.drainHandler(room -> handler.run());
            return Future.succeededFuture();
        });
    }

    @Override
    public void send(String text) {
        onlyIfOpen(() -> socket.writeTextMessage(text));
    }

    @Override
    public void goAway() {
        close(GOING_AWAY, "server is closing");
    }

    @Override
    public void turnAway(String why) {
        close(TRY_LATER, why);
    }

    @Override
    public void expel(String why) {
        close(POLICY, why);
    }

    void ping() {
        inbound.set(0);
        if (unanswered.incrementAndGet() > UNANSWERED_PINGS_MAX) {
            close(GOING_AWAY, "nobody there");
        } else {
            onlyIfOpen(() -> socket.writePing(Buffer.buffer()));
        }
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
