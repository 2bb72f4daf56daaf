package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.history.LogReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Contents of files on their way out, by the URLs that the API gives. */
@ExtendWith(OneSystem.class)
class DownloadsIT {
    /** What is promised for whatever is taken back. */
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final TestSystem system;
    private final Downloader downloads;
    private final FilesUser alice;
    private final FilesUser bob;

    DownloadsIT(TestSystem system) {
        this.system = system;
        this.downloads = new Downloader(system);
        this.alice = FilesUser.any(system, "alice");
        this.bob = FilesUser.any(system, "bob");
    }

    @AfterEach
    void close() {
        downloads.close();
    }

    @Test
    void aContentIsFetchedWholeAndInParts() {
        byte[] content = Downloader.content(3_456_789);
        String url = Downloader.url(alice, downloads.stored(alice, "Größe.bin", content));
        String etag = "\"" + Sender.sha256(content) + "\"";

        HttpResponse<byte[]> whole = downloads.fetch("GET", url);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content);
        assertThat(whole.headers().firstValue("ETag")).contains(etag);
        assertThat(whole.headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(whole.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"Gr__e.bin\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.bin");
        assertThat(whole.headers().firstValue("Content-Encoding")).isEmpty();

        HttpResponse<byte[]> part = downloads.fetch("GET", url, "Range", "bytes=1048570-2097160");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 1048570-2097160/3456789");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 1_048_570, 2_097_161));
        HttpResponse<byte[]> end = downloads.fetch("GET", url, "Range", "bytes=-5", "If-Range", etag);
        assertThat(end.body()).isEqualTo(Arrays.copyOfRange(content, content.length - 5, content.length));
        assertThat(downloads
                        .fetch("GET", url, "Range", "bytes=-5", "If-Range", "\"other\"")
                        .body())
                .isEqualTo(content);
        HttpResponse<byte[]> behind = downloads.fetch("GET", url, "Range", "bytes=3456789-");
        assertThat(behind.statusCode()).isEqualTo(416);
        assertThat(behind.headers().firstValue("Content-Range")).contains("bytes */3456789");
        assertThat(downloads.fetch("GET", url, "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        HttpResponse<byte[]> head = downloads.fetch("HEAD", url);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("3456789");
    }

    @Test
    void aContentOfTwoLevelsIsFetchedAcrossItsLeaves() {
        byte[] content = Downloader.content(52_000_000);
        String url = Downloader.url(alice, downloads.stored(alice, "large.bin", content));

        HttpResponse<byte[]> part = downloads.fetch("GET", url, "Range", "bytes=51000000-51999999");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 51_000_000, 52_000_000));
        assertThat(Sender.sha256(downloads.fetch("GET", url).body())).isEqualTo(Sender.sha256(content));
    }

    @Test
    void aUrlIsForWhatWasSignedOnly() {
        String file = downloads.stored(alice, "mine.bin", Downloader.content(1_000));
        String url = Downloader.url(alice, file);

        downloads.assertRefused(url.replace("user=alice", "user=bob"), "URL_INVALID");
        downloads.assertRefused(url.replaceFirst("Expires=\\d", "Expires=9"), "URL_INVALID");
        downloads.assertRefused(url.replaceFirst("&Expires.*", ""), "URL_INVALID");
        assertThat(bob.read("/files/" + file).reason()).isEqualTo("UNKNOWN_FILE");
    }

    @Test
    void whatIsTakenBackCantBeFetchedAMinuteLater() {
        byte[] content = Downloader.content(1_000);
        String file = downloads.stored(alice, "shared.bin", content);
        Answer share = alice.share(file, bob, "read");
        bob.hear(share);
        String url = Downloader.url(bob, file);
        assertThat(downloads.fetch("GET", url).body()).isEqualTo(content);

        alice.did(200, "DELETE", "/shares/" + share.member("shareId"), null);

        await().atMost(ENDS_WITHIN).untilAsserted(() -> downloads.assertRefused(url, "LEAVE_ENDED"));
        String deleted = Downloader.url(alice, file);
        assertThat(downloads.fetch("GET", deleted).body()).isEqualTo(content);
        alice.delete(file);
        await().atMost(ENDS_WITHIN).untilAsserted(() -> downloads.assertRefused(deleted, "LEAVE_ENDED"));
        assertThat(alice.read("/files/" + file).json().has("downloadUrl")).isFalse();
    }

    @Test
    void aRemovedDevicesUrlsEnd() {
        String file = downloads.stored(alice, "ours.bin", Downloader.content(1_000));
        alice.did(200, "PUT", "/devices/phone", "{\"name\":\"Phone\"}");
        String url = Downloader.url(alice.on(system, "phone"), file);
        assertThat(downloads.fetch("GET", url).statusCode()).isEqualTo(200);

        alice.did(200, "DELETE", "/devices/phone", null);

        await().atMost(ENDS_WITHIN).untilAsserted(() -> downloads.assertRefused(url, "DEVICE_REMOVED"));
    }

    @Test
    void noByteIsSentOfWhatIsStoredWrong() {
        byte[] content = Downloader.content(120_000);
        String file = downloads.stored(alice, "damaged.bin", content);
        WrittenContent written = WrittenContent.write(downloads.bucket(), content);
        String manifest = "manifests/"
                + HexFormat.of().formatHex(written.root().getSha256().toByteArray());
        downloads.bucket().write(manifest, new byte[10]);

        HttpResponse<byte[]> answer = downloads.fetch("GET", Downloader.url(alice, file));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("CONTENT_DAMAGED");
        assertThat(system.metric("edge", "millrace_edge_damaged_total")).isPositive();
    }

    @Test
    void everyUrlAndEveryUseOfItIsOnTheLog() {
        String file = downloads.stored(alice, "watched.bin", Downloader.content(1_000));
        String url = Downloader.url(alice, file);
        downloads.fetch("GET", url, "Range", "bytes=100-299");

        await().untilAsserted(() -> assertThat(accesses(file))
                .contains(
                        "ACCESS_URL_MINTED 0+0, 0 sent",
                        "ACCESS_BEGUN 100+200, 0 sent",
                        "ACCESS_ENDED 100+200, 200 sent"));
    }

    @Test
    void theOwnerSeesWhoDownloadedAndNobodyElse() {
        String file = downloads.stored(alice, "lent.bin", Downloader.content(1_000));
        bob.hear(alice.share(file, bob, "read"));
        downloads.fetch("GET", Downloader.url(bob, file), "Range", "bytes=100-299");

        String list = "/files/" + file + "/downloads";
        await().untilAsserted(() -> assertThat(told(bob, alice.read(list)))
                .containsExactly("download of version 1 through edge: 100+200, 200 sent", "url of version 1"));
        assertThat(told(alice, alice.read(list))).containsOnly("url of version 1");
        assertThat(bob.read(list).status()).isEqualTo(403);
        assertThat(FilesUser.any(system, "carol").read(list).status()).isEqualTo(404);
    }

    /** What a list of accesses tells of one user, in its order. */
    private static List<String> told(FilesUser user, Answer page) {
        assertThat(page.status()).as("%s", page).isEqualTo(200);
        List<String> all = new ArrayList<>();
        for (JsonNode access : page.json().path("items")) {
            if (access.path("userId").asText().equals(user.id())) {
                String used = " through " + access.path("through").asText() + ": " + access.path("firstByte") + "+"
                        + access.path("askedBytes") + ", " + access.path("sentBytes") + " sent";
                all.add(access.path("kind").asText() + " of version " + access.path("version")
                        + (access.has("through") ? used : ""));
            }
        }
        return all;
    }

    private List<String> accesses(String file) {
        List<String> all = new ArrayList<>();
        LogReader.each(system.bootstrap(), FilesTopics.ACCESS_FACTS.name(), record -> {
            AccessFact fact = LogReader.decode(record, AccessFact.parser());
            if (FileIds.text(fact.getNamespaceId(), fact.getNodeId()).equals(file)) {
                assertThat(fact.getUserId()).isEqualTo(alice.id());
                all.add(fact.getKind() + " " + fact.getFirstByte() + "+" + fact.getAskedBytes() + ", "
                        + fact.getSentBytes() + " sent");
            }
        });
        return all;
    }

    @Test
    void aKilledEdgeIsBackAndKnowsTheUrlsStill() {
        byte[] content = Downloader.content(10_000);
        String url = Downloader.url(alice, downloads.stored(alice, "kept.bin", content));
        int restarts = system.status("edge").restarts();

        system.kill("edge");
        system.awaitRestarted("edge", restarts);

        assertThat(downloads.fetch("GET", url).body()).isEqualTo(content);
    }
}
