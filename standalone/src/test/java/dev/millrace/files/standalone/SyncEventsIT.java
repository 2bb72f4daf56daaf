package dev.millrace.files.standalone;

import static dev.millrace.files.standalone.FilesUser.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.topics.FileIds;
import dev.millrace.standalone.HeardSocket;
import dev.millrace.standalone.OneFlinkSystem;
import dev.millrace.standalone.TestSystem;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole way of a step into the change feeds of others, by the job that runs on Flink. */
@Tag("full")
@Tag("flink-system")
@ExtendWith(OneFlinkSystem.class)
class SyncEventsIT {
    private final TestSystem system;

    SyncEventsIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void whoHasAShareHearsOfWhatHappensBelowItAndOfNothingElseWhateverIsKilled() {
        FilesUser alice = FilesUser.any(system, "alice");
        FilesUser bob = FilesUser.any(system, "bob");
        String outer = alice.folder("Outer", "root");
        String docs = alice.folder("Docs", outer);
        alice.share(docs, bob, "read");
        HeardSocket his = HeardSocket.open(system, "/changes/live", bob.api());
        await().until(() -> his.messages("ready").size() == 1);

        alice.folder("below", docs);
        awaitUpTo(his, alice, newest(alice));

        system.kill("flink-tm");
        alice.folder("again", docs);
        long seen = newest(alice);
        alice.folder("not his", "root");
        awaitUpTo(his, alice, seen);
        alice.folder("the end", docs);
        awaitUpTo(his, alice, newest(alice));

        assertThat(upTo(his, alice)).doesNotContain(seen + 1);
        alice.delete(outer);
        awaitUpTo(his, alice, newest(alice));
        his.close();
    }

    private static long newest(FilesUser user) {
        List<String> sequences = each(user.read("/changes"), "sequence");
        return Long.parseLong(sequences.get(sequences.size() - 1));
    }

    private static void awaitUpTo(HeardSocket socket, FilesUser owner, long sequence) {
        await().until(() -> upTo(socket, owner).contains(sequence));
    }

    private static List<Long> upTo(HeardSocket socket, FilesUser owner) {
        String namespace = FileIds.namespaceOf(owner.id());
        return socket.messages("changed").stream()
                .filter(told -> told.path("namespaceId").asText().equals(namespace))
                .map((JsonNode told) -> told.path("upTo").asLong())
                .toList();
    }
}
