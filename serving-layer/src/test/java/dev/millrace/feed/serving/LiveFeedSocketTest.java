package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serving.PlayedConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class LiveFeedSocketTest {
    private final PlayedConnection reader = new PlayedConnection();
    private final Counter resyncs = new SimpleMeterRegistry().counter("resyncs");
    private final LiveFeedSocket socket = new LiveFeedSocket(reader, resyncs, () -> "resync");

    @Test
    void nothingIsSaidBeforeTheBeginning() {
        socket.tell("early");
        socket.begin("ready");
        socket.tell("one");

        assertThat(reader.heard()).containsExactly("ready", "one");
    }

    @Test
    void whoIsSlowIsLeftOutAndToldSoOnceThereIsRoom() {
        socket.begin("ready");
        reader.reads(false);
        socket.tell("one");
        socket.tell("two");
        assertThat(reader.heard()).containsExactly("ready");

        reader.reads(true);
        socket.catchUp();
        socket.catchUp();
        socket.tell("three");

        assertThat(reader.heard()).containsExactly("ready", "resync", "three");
        assertThat(resyncs.count()).isEqualTo(1);
    }

    @Test
    void whoHasRoomAgainUnnoticedIsToldWithTheNextMessage() {
        socket.begin("ready");
        reader.reads(false);
        socket.tell("one");

        reader.reads(true);
        socket.tell("two");

        assertThat(reader.heard()).containsExactly("ready", "resync", "two");
    }
}
