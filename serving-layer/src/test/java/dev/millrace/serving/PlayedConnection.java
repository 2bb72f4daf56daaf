package dev.millrace.serving;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection whose other end reads, or doesn't. */
public final class PlayedConnection implements LiveConnection {
    private final String device;
    private final List<String> heard = new ArrayList<>();
    private boolean slow;
    private @Nullable String expelled;

    public PlayedConnection() {
        this("");
    }

    public PlayedConnection(String device) {
        this.device = device;
    }

    /** All that was sent, in order. */
    public List<String> heard() {
        return heard;
    }

    public void reads(boolean reads) {
        slow = !reads;
    }

    /** Why the client has no business there any more; null while it has. */
    public @Nullable String expelled() {
        return expelled;
    }

    @Override
    public String user() {
        return "alice";
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public boolean isClosed() {
        return expelled != null;
    }

    @Override
    public boolean isSlow() {
        return slow;
    }

    @Override
    public void whenRoom(Runnable handler) {}

    @Override
    public void send(String text) {
        heard.add(text);
    }

    @Override
    public void goAway() {}

    @Override
    public void turnAway(String why) {}

    @Override
    public void expel(String why) {
        expelled = why;
    }
}
