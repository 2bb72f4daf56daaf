package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.serving.PlayedConnection;
import dev.millrace.topics.v1.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveNamespaceTest {
    private static final ByteString ID = FileIds.ROOT;

    private final LiveNamespace namespace = new LiveNamespace("alice");
    private final PlayedConnection window = new PlayedConnection();
    private final PlayedConnection phone = new PlayedConnection("phone");

    LiveNamespaceTest() {
        for (PlayedConnection connection : List.of(window, phone)) {
            LiveChangesSocket socket =
                    new LiveChangesSocket(connection, new SimpleMeterRegistry().counter("resyncs"), () -> "resync");
            socket.begin("ready");
            namespace.sockets().add(socket);
        }
    }

    @Test
    void everySocketIsToldOnceUpToWhereThereAreChanges() {
        assertThat(namespace.take(fact(6).build())).isTrue();
        assertThat(namespace.take(fact(7).build())).isTrue();
        namespace.tellChange();

        for (PlayedConnection connection : List.of(window, phone)) {
            assertThat(connection.heard()).hasSize(2);
            assertThat(new JsonObject(connection.heard().get(1)))
                    .isEqualTo(new JsonObject()
                            .put("type", "changed")
                            .put("position", JsonArray.of("namespaces.3.107"))
                            .put("namespaceId", FileIds.namespaceOf("alice"))
                            .put("upTo", 7));
        }
    }

    @Test
    void whatWasTakenBeforeIsNoNews() {
        namespace.take(fact(7).build());

        assertThat(namespace.take(fact(7).build())).isFalse();
        assertThat(namespace.take(fact(6).setReceivedShare(share()).build())).isFalse();
        assertThat(window.heard()).containsExactly("ready");
    }

    @Test
    void aMissingFactMayHaveBeenAShare() {
        namespace.take(fact(7).build());
        namespace.take(fact(8).build());
        assertThat(window.heard()).containsExactly("ready");

        namespace.take(fact(10).build());

        assertThat(window.heard()).containsExactly("ready", "resync");
    }

    @Test
    void aShareIsToldOfAndSoIsItsEnd() {
        namespace.take(fact(7).setReceivedShare(share()).build());
        namespace.take(fact(8).setReceivedShare(share().setEnded(true)).build());

        assertThat(window.heard()).hasSize(3);
        JsonObject shared = new JsonObject(window.heard().get(1));
        assertThat(shared.getString("type")).isEqualTo("shared");
        assertThat(shared.getJsonArray("position")).isEqualTo(JsonArray.of("namespaces.3.107"));
        assertThat(shared.getJsonObject("share"))
                .isEqualTo(new JsonObject()
                        .put("shareId", "0123456789abcdef." + "0".repeat(32))
                        .put("fileId", "0123456789abcdef." + "0".repeat(32))
                        .put("name", "Docs")
                        .put("kind", "folder")
                        .put("ownerId", "bob")
                        .put("permissions", JsonArray.of("read"))
                        .put("createdAt", "1970-01-01T00:00:00.001Z")
                        .put("direction", "received"));
        JsonObject unshared = new JsonObject(window.heard().get(2));
        assertThat(unshared.getString("type")).isEqualTo("unshared");
        assertThat(unshared.getJsonObject("share")).isEqualTo(shared.getJsonObject("share"));
    }

    @Test
    void aRemovedDevicesSocketEndsAndNoOther() {
        Device known = Device.newBuilder().setDeviceId("phone").build();
        namespace.take(fact(7).setDevice(known).build());
        assertThat(phone.expelled()).isNull();

        namespace.take(
                fact(8).setDevice(known.toBuilder().setRemovedAtMillis(1)).build());
        namespace.tellChange();

        assertThat(phone.expelled()).isEqualTo("this device is removed");
        assertThat(phone.heard()).containsExactly("ready");
        assertThat(window.expelled()).isNull();
        assertThat(window.heard()).hasSize(2);
    }

    @Test
    void ofWhatOthersShareItIsToldOnceUpToWhereThereAreChanges() {
        namespace.tell(List.of(event("bobs", 6), event("bobs", 9), event(FileIds.namespaceOf("alice"), 7)));
        namespace.tell(List.of(event("bobs", 6), event("bobs", 9)));

        for (PlayedConnection connection : List.of(window, phone)) {
            assertThat(connection.heard()).hasSize(2);
            assertThat(new JsonObject(connection.heard().get(1)))
                    .isEqualTo(new JsonObject()
                            .put("type", "changed")
                            .put("position", JsonArray.of("namespaces.5.9"))
                            .put("namespaceId", "bobs")
                            .put("upTo", 9));
        }
    }

    private static SyncEvent event(String namespaceId, long sequence) {
        return SyncEvent.newBuilder()
                .setNamespaceId(namespaceId)
                .setChange(Change.newBuilder().setSequence(sequence))
                .setPosition(Position.newBuilder()
                        .setLog("namespaces")
                        .setPartition(5)
                        .setOffset(sequence))
                .build();
    }

    private static ReceivedShare.Builder share() {
        return ReceivedShare.newBuilder()
                .setNamespaceId("0123456789abcdef")
                .setShareId(ID)
                .setNodeId(ID)
                .setOwnerId("bob")
                .setName("Docs")
                .setFolder(true)
                .setCreatedAtMillis(1);
    }

    private static NamespaceFact.Builder fact(long sequence) {
        return NamespaceFact.newBuilder()
                .setSequence(sequence)
                .setPosition(Position.newBuilder()
                        .setLog("namespaces")
                        .setPartition(3)
                        .setOffset(100 + sequence));
    }
}
