package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serving.LiveConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveFeedSocketTest {
    private final Reader reader = new Reader();
    private final Counter resyncs = new SimpleMeterRegistry().counter("resyncs");
    private final LiveFeedSocket socket = new LiveFeedSocket(reader, resyncs, () -> "resync");

    @Test
    void nothingIsSaidBeforeTheBeginning() {
        socket.tell("early");
        socket.begin("ready");
        socket.tell("one");

        assertThat(reader.heard).containsExactly("ready", "one");
    }

    @Test
    void whoIsSlowIsLeftOutAndToldSoOnceThereIsRoom() {
        socket.begin("ready");
        reader.slow = true;
        socket.tell("one");
        socket.tell("two");
        assertThat(reader.heard).containsExactly("ready");

        reader.slow = false;
        socket.catchUp();
        socket.catchUp();
        socket.tell("three");

        assertThat(reader.heard).containsExactly("ready", "resync", "three");
        assertThat(resyncs.count()).isEqualTo(1);
    }

    @Test
    void whoHasRoomAgainUnnoticedIsToldWithTheNextMessage() {
        socket.begin("ready");
        reader.slow = true;
        socket.tell("one");

        reader.slow = false;
        socket.tell("two");

        assertThat(reader.heard).containsExactly("ready", "resync", "two");
    }

    /** A connection whose other end reads, or doesn't. */
    private static final class Reader implements LiveConnection {
        private final List<String> heard = new ArrayList<>();
        private boolean slow;

        @Override
        public String user() {
            return "alice";
        }

        @Override
        public boolean isClosed() {
            return false;
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
        public void expel(String why) {}
    }
}
