package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.StoredItems;
import dev.millrace.standalone.TestSystem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** DynamoDB holds of files what their owner says, and nothing waits for it. */
@ExtendWith(OneSystem.class)
class FilesStoresIT {
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(2);

    private final TestSystem system;
    private final PlayedHashing hashing;
    private final StoredItems stored;
    private final FilesUser alice;
    private final FilesUser bob;
    private final String namespace;

    /** Ids of what was made, as it was answered. */
    private final Set<String> folders = new TreeSet<>();

    private final Set<String> files = new TreeSet<>();
    private final Set<String> uploads = new TreeSet<>();

    FilesStoresIT(TestSystem system) {
        this.system = system;
        this.hashing = new PlayedHashing(system);
        this.stored = new StoredItems(system.status("dynamodb").address());
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
        this.namespace = FileIds.namespaceOf(alice.id());
    }

    @AfterEach
    void close() {
        hashing.close();
    }

    @Test
    void rowsAreWhatTheOwnerSaysThroughAKillOfDynamoDb() {
        change("before");
        int restarts = system.status("dynamodb").restarts();
        system.kill("dynamodb");
        change("while it is away");
        system.awaitRestarted("dynamodb", restarts);
        change("after");

        awaitStoredAsTold();
    }

    @Test
    void whatIsWrittenAgainChangesNothing() throws Exception {
        change("before");
        awaitStoredAsTold();

        stored.forgetPlaces(FilesTopics.NAMESPACE_FACTS.name());
        int restarts = system.status("outbound").restarts();
        system.kill("outbound");
        change("while it is away");
        system.awaitRestarted("outbound", restarts);

        awaitStoredAsTold();
    }

    /** Whoever reads the tables can't open a link with what is there. */
    @Test
    void whatOpensALinkIsNotStored() throws Exception {
        String url = alice.link(folder("linked", "root"), "{\"password\":\"s3cret\"}")
                .member("shareUrl");
        awaitStoredAsTold();

        assertThat(stored.all("shares", "namespaceId", namespace).toString())
                .contains("hasPassword")
                .doesNotContain(url.substring(url.lastIndexOf('.') + 1))
                .doesNotContainIgnoringCase("secret", "salt");
    }

    /** One of each kind of thing, and most of what becomes of them. */
    private void change(String name) {
        String folder = folder(name, "root");
        Answer begun = begun(alice.upload("a.txt", folder, 100));
        String file = begun.member("fileId");
        verified(begun, "one");
        Answer slow = begun(alice.edit(file, 1, 100));
        verified(begun(alice.edit(file, 1, 100)), "two");
        files.add(verified(slow, "three").member("conflictFileId"));
        alice.restore(file, "{\"version\":1}");
        alice.patch(file, "{\"name\":\"b.txt\"}");
        alice.delete(folder("not for long", folder));
        begun(alice.upload("open.txt", folder, 100));
        String given = begun(alice.upload("given up.txt", folder, 100)).member("uploadId");
        alice.did(200, "DELETE", "/uploads/" + given, null);
        alice.share(folder, bob, "read");
        String ended = alice.share(file, bob, "write").member("shareId");
        alice.did(200, "DELETE", "/shares/" + ended, null);
        alice.link(file, "{}");
    }

    private String folder(String name, String parent) {
        String folder = alice.folder(name, parent);
        folders.add(folder);
        return folder;
    }

    private Answer begun(Answer upload) {
        files.add(upload.member("fileId"));
        uploads.add(upload.member("uploadId"));
        return upload;
    }

    /** Returns what became of the upload. */
    private Answer verified(Answer begun, String content) {
        String upload = begun.member("uploadId");
        String position = hashing.verify(upload, alice.id(), content, 100);
        Answer ended = await().until(
                        () -> alice.api().get("/uploads/" + upload, "Millrace-Position", position),
                        read -> Set.of("completed", "conflict").contains(read.member("status")));
        alice.hear(ended);
        return ended;
    }

    private void awaitStoredAsTold() {
        Map<String, Map<String, String>> nodes = new TreeMap<>();
        Map<String, Map<String, String>> versions = new TreeMap<>();
        for (String folder : folders) {
            nodes.put(folder, told(alice.read("/files/" + folder).json()));
        }
        for (String file : files) {
            nodes.put(file, told(alice.read("/files/" + file).json()));
            for (JsonNode version :
                    alice.read("/files/" + file + "/versions").json().path("items")) {
                versions.put(file + " " + version.path("version").asText(), told(version));
            }
        }
        Map<String, Map<String, String>> sent = new TreeMap<>();
        for (String upload : uploads) {
            sent.put(upload, told(alice.read("/uploads/" + upload).json()));
        }
        Map<String, Map<String, String>> shares = new TreeMap<>();
        for (JsonNode share : alice.read("/shares").json().path("items")) {
            shares.put(share.path("shareId").asText(), toldOfShare(share));
        }
        await().atMost(CAUGHT_UP_WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertStored(stored("nodes", "namespaceId", namespace, "fileId"), nodes);
                    assertStored(storedVersions(), versions);
                    assertStored(stored("uploads", "namespaceId", namespace, "uploadId"), sent);
                    assertStored(stored("shares", "namespaceId", namespace, "shareId"), shares);
                });
    }

    private static void assertStored(Map<String, Map<String, String>> rows, Map<String, Map<String, String>> told) {
        assertThat(rows.keySet()).isEqualTo(told.keySet());
        told.forEach((id, members) ->
                assertThat(rows.getOrDefault(id, Map.of())).as(id).containsAllEntriesOf(members));
    }

    private Map<String, Map<String, String>> storedVersions() throws IOException, InterruptedException {
        Map<String, Map<String, String>> rows = new TreeMap<>();
        for (String file : files) {
            stored("versions", "fileId", file, "version").forEach((number, row) -> rows.put(file + " " + number, row));
        }
        return rows;
    }

    /** What isn't gone, by the second part of its key. */
    private Map<String, Map<String, String>> stored(String table, String hash, String value, String range)
            throws IOException, InterruptedException {
        Map<String, Map<String, String>> rows = new TreeMap<>();
        for (JsonNode item : stored.all(table, hash, value)) {
            if (!item.has("goneAtMillis")) {
                Map<String, String> row = new TreeMap<>();
                item.properties()
                        .forEach(attribute -> row.put(
                                attribute.getKey(),
                                attribute.getValue().elements().next().asText()));
                rows.put(row.getOrDefault(range, ""), row);
            }
        }
        return rows;
    }

    /** What the API says, as it is to be in a row: moments in milliseconds. */
    private static Map<String, String> told(JsonNode json) {
        Map<String, String> told = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            String value = member.getValue().asText();
            if (name.endsWith("At") || name.endsWith("Until")) {
                told.put(name + "Millis", Long.toString(Instant.parse(value).toEpochMilli()));
            } else if (member.getValue().isValueNode()) {
                told.put(name, value);
            }
        }
        return told;
    }

    private static Map<String, String> toldOfShare(JsonNode share) {
        Map<String, String> told = told(share);
        // Of the file, how one opens it, and from whose side it is seen.
        told.keySet().removeAll(Set.of("name", "kind", "shareUrl", "direction"));
        told.put("write", Boolean.toString(share.path("permissions").size() == 2));
        return told;
    }
}
