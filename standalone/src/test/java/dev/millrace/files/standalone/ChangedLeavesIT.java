package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.standalone.client.FilesApi;
import dev.millrace.files.standalone.client.Put;
import dev.millrace.files.standalone.client.PutOutcome;
import dev.millrace.files.standalone.client.TransferProgress;
import dev.millrace.files.standalone.client.UploadStates;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneFlinkSystem;
import dev.millrace.standalone.TestSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** New versions of which only what the one before doesn't have is sent, verified by the job that runs on Flink. */
@Tag("full")
@Tag("flink-system")
@ExtendWith(OneFlinkSystem.class)
class ChangedLeavesIT {
    private static final int FILE_BYTES = 20_000_000;
    private static final int CHANGED_BYTES = 100_000;
    private static final int SENT_BYTES_MAX = 1_000_000;

    private final TestSystem system;
    private final Downloader downloads;
    private final FilesUser alice;
    private final Sender sender = new Sender();

    ChangedLeavesIT(TestSystem system) {
        this.system = system;
        this.downloads = new Downloader(system);
        this.alice = FilesUser.any(system, "alice");
    }

    @AfterEach
    void close() {
        downloads.close();
    }

    /** Returns the file's id. */
    private String stored(FilesUser user, String name, byte[] content) {
        Answer begun = sender.send(user, name, content, Sender.sha256(content));
        assertThat(Sender.ended(user, begun).member("status")).isEqualTo("completed");
        return begun.member("fileId");
    }

    private static Answer edit(FilesUser user, String file, int bytes, String sha256) {
        return user.did(
                201,
                "POST",
                "/files",
                "{\"fileId\":\"" + file + "\",\"baseVersion\":1,\"fileSize\":" + bytes
                        + ",\"mimeType\":\"application/octet-stream\",\"contentHash\":\"" + sha256 + "\"}");
    }

    private static byte[] changed(byte[] content) {
        byte[] changed = content.clone();
        System.arraycopy(Sender.content(99, CHANGED_BYTES), 0, changed, content.length / 2, CHANGED_BYTES);
        return changed;
    }

    private static List<Chunk> chunks(byte[] content) {
        List<Chunk> chunks = new ArrayList<>();
        ChunkStream stream = new ChunkStream(0, chunks::add);
        stream.take(content, 0, content.length);
        stream.end();
        return chunks;
    }

    private static Answer declare(FilesUser user, Answer begun, List<Chunk> chunks) {
        ByteArrayOutputStream leaf = new ByteArrayOutputStream();
        for (Chunk chunk : chunks) {
            leaf.writeBytes(HexFormat.of().parseHex(chunk.sha256()));
            leaf.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(chunk.bytes()).array());
        }
        return user.api()
                .post(
                        Sender.path(begun) + "/manifest",
                        "{\"baseVersion\":1,\"changedLeaves\":[{\"number\":0,\"chunks\":\""
                                + Base64.getEncoder().encodeToString(leaf.toByteArray()) + "\"}]}");
    }

    private static List<Integer> needed(Answer declared) {
        assertThat(declared.status()).as("%s", declared).isEqualTo(200);
        List<Integer> needed = new ArrayList<>();
        for (JsonNode bundle : declared.json().path("bundles")) {
            bundle.path("chunks").forEach(index -> needed.add(index.asInt()));
        }
        return needed;
    }

    /** Returns how many bytes were sent. */
    private int sendBundles(Answer declared, byte[] content) {
        List<Chunk> chunks = chunks(content);
        int sent = 0;
        for (JsonNode bundle : declared.json().path("bundles")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (JsonNode index : bundle.path("chunks")) {
                Chunk chunk = chunks.get(index.asInt());
                bytes.write(content, (int) chunk.offset(), chunk.bytes());
            }
            assertThat(bytes.size()).isEqualTo(bundle.path("size").asInt());
            assertThat(sender.put(bundle.path("url").asText(), bundle.path("headers"), bytes.toByteArray()))
                    .isEqualTo(200);
            sent += bytes.size();
        }
        return sent;
    }

    private void assertRead(String file, byte[] content) {
        assertThat(downloads.fetch("GET", Downloader.url(alice, file)).body()).isEqualTo(content);
    }

    @Test
    void aSecondVersionIsSentByItsChangesOnly() {
        byte[] content = Sender.content(51, FILE_BYTES);
        String file = stored(alice, "large", content);
        byte[] changed = changed(content);
        Answer begun = edit(alice, file, changed.length, Sender.sha256(changed));

        Answer declared = declare(alice, begun, chunks(changed));
        assertThat(needed(declared)).isNotEmpty();
        Answer early = alice.api().post(Sender.path(begun) + "/complete", "");
        int sent = sendBundles(declared, changed);
        Answer completed = alice.did(202, "POST", Sender.path(begun) + "/complete", null);

        assertThat(early.reason()).isEqualTo("PARTS_MISSING");
        assertThat(sent).isBetween(CHANGED_BYTES, SENT_BYTES_MAX);
        assertThat(completed.member("status")).isEqualTo("verifying");
        Answer upload = Sender.ended(alice, begun);
        assertThat(upload.member("status")).isEqualTo("completed");
        assertThat(upload.json().path("version").asInt()).isEqualTo(2);
        assertRead(file, changed);
        // Only what says that there was something stays for a while.
        await().untilAsserted(() -> assertThat(system.contentOf(begun.member("uploadId")))
                .allSatisfy(left -> assertThat(left.toString()).endsWith(".base")));
    }

    @Test
    void bytesThatAreNotWhatWasDeclaredAreRejected() {
        byte[] content = Sender.content(52, 2_000_000);
        String file = stored(alice, "lie", content);
        byte[] changed = changed(content);
        Answer begun = edit(alice, file, changed.length, Sender.sha256(changed));
        Answer declared = declare(alice, begun, chunks(changed));

        for (JsonNode bundle : declared.json().path("bundles")) {
            byte[] other = Sender.content(53, bundle.path("size").asInt());
            assertThat(sender.put(bundle.path("url").asText(), bundle.path("headers"), other))
                    .isEqualTo(200);
        }
        alice.did(202, "POST", Sender.path(begun) + "/complete", null);

        Answer upload = Sender.ended(alice, begun);
        assertThat(upload.member("status")).isEqualTo("rejected");
        assertThat(upload.member("reason")).isEqualTo("HASH_MISMATCH");
        assertRead(file, content);
    }

    @Test
    void chunksThatAreNotTheContentThatWasAnnouncedAreRejected() {
        byte[] content = Sender.content(54, 2_000_000);
        String file = stored(alice, "another lie", content);
        byte[] changed = changed(content);
        Answer begun = edit(alice, file, content.length, Sender.sha256(changed));

        assertThat(needed(declare(alice, begun, chunks(content)))).isEmpty();
        alice.did(202, "POST", Sender.path(begun) + "/complete", null);

        Answer upload = Sender.ended(alice, begun);
        assertThat(upload.member("status")).isEqualTo("rejected");
        assertThat(upload.member("reason")).isEqualTo("HASH_MISMATCH");
    }

    @Test
    void aChunkThatOnlyAnotherFileHasCountsAsMissing() {
        FilesUser bob = FilesUser.any(system, "bob");
        byte[] secret = Sender.content(55, 2_000_000);
        stored(bob, "secret", secret);
        stored(alice, "the same elsewhere", secret);
        String file = stored(alice, "mine", Sender.content(56, 2_000_000));
        Answer begun = edit(alice, file, secret.length, Sender.sha256(secret));
        List<Chunk> chunks = chunks(secret);

        assertThat(needed(declare(alice, begun, chunks))).hasSize(chunks.size());
        assertThat(declare(bob, begun, chunks).reason()).isEqualTo("UNKNOWN_UPLOAD");
    }

    /** What is told to whoever watches. */
    private static final class Watched implements TransferProgress {
        private final List<String> said = new CopyOnWriteArrayList<>();

        @Override
        public Bar begin(String what, long bytes) {
            said.add(what);
            return new Bar() {
                @Override
                public void add(long more) {
                    // Nobody looks.
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }

        @Override
        public void say(String line) {
            said.add(line);
        }
    }

    /** Each command is a new one: what was put by the same isn't put again. */
    private Put put(FilesApi api, Path here, TransferProgress progress, List<PutOutcome> outcomes) {
        return new Put(
                api,
                alice.id(),
                new UploadStates(here.resolve("states")),
                progress,
                1,
                true,
                (file, path, outcome) -> outcomes.add(outcome));
    }

    @Test
    void filesPutSendsChangesOfWhatIsThere(@TempDir Path here) throws IOException {
        byte[] content = Sender.content(57, FILE_BYTES);
        Path local = Files.write(here.resolve("large.bin"), content);
        Watched watched = new Watched();
        List<PutOutcome> outcomes = new ArrayList<>();
        FilesApi api = new FilesApi(URI.create(system.address()), () -> system.token(alice.id(), false));
        put(api, here, watched, outcomes).put(List.of(local), "/large.bin");
        byte[] changed = changed(content);
        Files.write(local, changed);
        watched.said.clear();

        put(api, here, watched, outcomes).put(List.of(local), "/large.bin");

        assertThat(outcomes).extracting(PutOutcome::kind).containsOnly(PutOutcome.Kind.COMPLETED);
        assertThat(outcomes).extracting(PutOutcome::version).containsExactly(1L, 2L);
        assertThat(watched.said).hasSize(3).startsWith("hashing large.bin", "sending changes of large.bin");
        assertThat(watched.said)
                .last(STRING)
                .matches("of large.bin only [0-9]{2,3},[0-9]{3} of [0-9,]+ bytes had to be sent");
        assertRead(outcomes.get(1).fileId(), changed);
    }
}
