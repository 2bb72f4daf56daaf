package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serving.PlayedConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class LiveChangesSocketTest {
    private final PlayedConnection client = new PlayedConnection();
    private final Counter resyncs = new SimpleMeterRegistry().counter("resyncs");
    private final LiveChangesSocket socket = new LiveChangesSocket(client, resyncs, () -> "resync");

    @Test
    void nothingIsSaidBeforeTheBeginning() {
        socket.tellChange("own", "early change");
        socket.tellShare("early share");
        socket.miss();
        socket.catchUp();
        socket.begin("ready");
        socket.tellChange("own", "change");
        socket.tellShare("share");

        assertThat(client.heard()).containsExactly("ready", "change", "share");
    }

    @Test
    void forWhoIsSlowOnlyTheNewestChangeWaits() {
        socket.begin("ready");
        client.reads(false);
        socket.tellChange("own", "one");
        socket.tellChange("own", "two");
        socket.tellChange("own", "three");
        assertThat(client.heard()).containsExactly("ready");

        client.reads(true);
        socket.catchUp();
        socket.catchUp();

        assertThat(client.heard()).containsExactly("ready", "three");
        assertThat(resyncs.count()).isZero();
    }

    @Test
    void ofEachNamespaceTheNewestChangeWaits() {
        socket.begin("ready");
        client.reads(false);
        socket.tellChange("own", "one");
        socket.tellChange("bob's", "two");
        socket.tellChange("own", "three");

        client.reads(true);
        socket.catchUp();

        assertThat(client.heard()).containsExactly("ready", "three", "two");
    }

    @Test
    void whoIsSlowIsToldOnceThatSharesWereLeftOut() {
        socket.begin("ready");
        client.reads(false);
        socket.tellShare("one");
        socket.tellChange("own", "two");
        socket.tellShare("three");

        client.reads(true);
        socket.catchUp();
        socket.tellShare("four");

        assertThat(client.heard()).containsExactly("ready", "resync", "two", "four");
        assertThat(resyncs.count()).isEqualTo(1);
    }

    @Test
    void whoHasRoomAgainUnnoticedIsToldWithTheNextChange() {
        socket.begin("ready");
        client.reads(false);
        socket.tellShare("one");

        client.reads(true);
        socket.tellChange("own", "two");

        assertThat(client.heard()).containsExactly("ready", "resync", "two");
    }
}
