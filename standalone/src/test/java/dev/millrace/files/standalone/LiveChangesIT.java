package dev.millrace.files.standalone;

import static dev.millrace.files.standalone.FilesUser.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.topics.FileIds;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.HeardSocket;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Live changes of the running system: who hears of what. */
@ExtendWith(OneSystem.class)
class LiveChangesIT {
    private static final String LIVE = "/changes/live";
    private static final int FOLDERS = 40;

    private final TestSystem system;
    private final FilesUser alice;
    private final FilesUser bob;
    private final List<HeardSocket> sockets = new ArrayList<>();

    LiveChangesIT(TestSystem system) {
        this.system = system;
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
    }

    @AfterEach
    void hangUp() {
        sockets.forEach(HeardSocket::close);
    }

    private HeardSocket open(FilesUser user) {
        HeardSocket socket = HeardSocket.open(system, LIVE, user.api());
        sockets.add(socket);
        return socket;
    }

    private HeardSocket listen(FilesUser user) {
        HeardSocket socket = open(user);
        await().until(() -> socket.messages("ready").size() == 1);
        return socket;
    }

    private static JsonNode awaitFirst(HeardSocket socket, String type) {
        await().until(() -> !socket.messages(type).isEmpty());
        return socket.messages(type).get(0);
    }

    @Test
    void whatIsDoneOnOneDeviceIsAChangeOnAnother() {
        HeardSocket phone = listen(alice.on(system, "phone"));

        alice.folder("Docs", "root");

        JsonNode told = awaitFirst(phone, "changed");
        Answer changes = alice.api().get("/changes", "Millrace-Position", HeardSocket.positionsOf(told));
        assertThat(each(changes, "type")).containsExactly("folder_created");
        assertThat(each(changes, "sequence")).containsExactly(told.path("upTo").asText());
        assertThat(told.path("namespaceId").asText()).isEqualTo(FileIds.namespaceOf(alice.id()));
    }

    @Test
    void whatBecameOfAnUploadIsAChange() {
        Answer begun = alice.upload("a.txt", "root", 100);
        HeardSocket hers = listen(alice);
        try (PlayedHashing hashing = new PlayedHashing(system)) {
            hashing.verify(begun.member("uploadId"), alice.id(), "one", 100);
        }

        await().untilAsserted(() -> {
            Answer changes = alice.read("/changes");
            assertThat(each(changes, "type")).endsWith("version_committed");
            assertThat(hers.messages("changed"))
                    .last()
                    .extracting(told -> told.path("upTo").asText())
                    .isEqualTo(each(changes, "sequence").get(2));
        });
    }

    @Test
    void aShareIsAnnouncedToWhomItIsWithAndSoIsItsEnd() {
        String docs = alice.folder("Docs", "root");
        HeardSocket his = listen(bob);

        String shareId = alice.share(docs, bob, "read").member("shareId");

        JsonNode shared = awaitFirst(his, "shared");
        Answer shares = bob.api().get("/shares", "Millrace-Position", HeardSocket.positionsOf(shared));
        assertThat(shares.json().path("items")).containsExactly(shared.path("share"));
        assertThat(each(shares, "shareId")).containsExactly(shareId);

        alice.did(200, "DELETE", "/shares/" + shareId, null);

        JsonNode unshared = awaitFirst(his, "unshared");
        assertThat(unshared.path("share").path("shareId").asText()).isEqualTo(shareId);
        shares = bob.api().get("/shares", "Millrace-Position", HeardSocket.positionsOf(unshared));
        assertThat(each(shares, "shareId")).isEmpty();
    }

    @Test
    void aStrangerHearsOfNothing() {
        FilesUser carol = FilesUser.any(system, "carol");
        HeardSocket hers = listen(carol);
        HeardSocket his = listen(bob);

        alice.share(alice.folder("Docs", "root"), bob, "read");
        awaitFirst(his, "shared");
        carol.folder("the end", "root");

        JsonNode told = awaitFirst(hers, "changed");
        assertThat(told.path("namespaceId").asText()).isEqualTo(FileIds.namespaceOf(carol.id()));
        assertThat(hers.messages()).hasSize(2);
    }

    @Test
    void changesReadAfterTheBeginningAndWhatIsHeardLeaveNothingOut() {
        CompletableFuture<Void> making = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < FOLDERS; i++) {
                alice.folder("folder " + i, "root");
            }
        });
        await().until(() -> each(alice.api().get("/changes"), "sequence").size() >= 5);

        HeardSocket hers = listen(alice);
        String ready = HeardSocket.positionsOf(hers.messages("ready").get(0));
        int read = each(alice.api().get("/changes", "Millrace-Position", ready), "sequence")
                .size();
        making.join();

        await().untilAsserted(() -> {
            long heard = hers.messages("changed").stream()
                    .mapToLong(told -> told.path("upTo").asLong())
                    .max()
                    .orElse(0);
            assertThat(Math.max(read, heard)).isEqualTo(FOLDERS);
        });
    }

    @Test
    void whoseTicketIsNoneIsRefused() {
        assertThatThrownBy(() -> HeardSocket.open(system, LIVE, "x.y.z"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(401));
    }

    @Test
    void aRemovedDevicesSocketEndsAndItGetsNoOther() {
        FilesUser phone = alice.on(system, "phone");
        phone.did(200, "PUT", "/devices/phone", "{\"name\":\"My phone\"}");
        HeardSocket lost = listen(phone);
        HeardSocket kept = listen(alice.on(system, "laptop"));

        alice.did(200, "DELETE", "/devices/phone", null);

        await().until(() -> lost.closedWith() == 1008);
        awaitFirst(kept, "changed");
        HeardSocket again = open(phone);
        await().until(() -> again.closedWith() == 1008);
        assertThat(again.messages()).isEmpty();
    }

    @Test
    void aClosedAccountsSocketEnds() {
        HeardSocket hers = listen(alice);

        alice.api().delete("/users/" + alice.id());

        await().until(() -> hers.closedWith() == 1008);
    }
}
