package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Product;
import dev.millrace.standalone.TestSystem;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents through nginx, set up as deploy/nginx has it. Runs with -Pfull; needs Debian's nginx (.ci/run). */
@Tag("full")
@Tag("own-system")
class CachedDownloadsIT {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static TestSystem system;
    private static Downloader downloads;
    private static Process nginx;

    @BeforeAll
    static void start() throws IOException {
        int port = freePort();
        String address = "http://127.0.0.1:" + port;
        Map<String, String> told = Map.of("files.download.address", address);
        system = TestSystem.start(
                1,
                1,
                options -> options.withProducts(Set.of(Product.files))
                        .withDemo(false)
                        .withSettings(Map.of("serving", told, "edge", told)));
        downloads = new Downloader(system);
        nginx = startNginx(port, system.status("edge").address());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static Process startNginx(int port, String edge) throws IOException {
        String server = Files.readString(Path.of("../deploy/nginx/edge.conf.template"))
                .replace("${LISTEN}", "127.0.0.1:" + port)
                .replace("${EDGE}", edge)
                .replace("${CACHE_DIR}", folder.resolve("cache").toString())
                .replace("${CACHE_SIZE}", "200m");
        Path conf = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log stderr warn;
                events {}
                http {
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                %2$s
                }
                """.formatted(folder, server));
        return new ProcessBuilder("nginx", "-p", folder.toString(), "-c", conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    @AfterAll
    static void stop() {
        nginx.destroy();
        nginx.onExit().join();
        downloads.close();
        system.close();
    }

    private static double sentByEdge() {
        return system.metric("edge", "millrace_edge_sent_bytes_total");
    }

    @Test
    void whatOneFetchedAnotherGetsFromTheCacheUnderItsOwnName() {
        byte[] content = Downloader.content(10_000_000);
        FilesUser alice = FilesUser.any(system, "alice");
        FilesUser bob = FilesUser.any(system, "bob");
        String hers = Downloader.url(alice, downloads.stored(alice, "hers.bin", content));
        String his = Downloader.url(bob, downloads.stored(bob, "his.bin", content));
        assertThat(await().until(() -> downloads.fetch("GET", hers), a -> a.statusCode() == 200)
                        .body())
                .isEqualTo(content);
        await().until(() -> sentByEdge() >= content.length);
        double sent = sentByEdge();

        HttpResponse<byte[]> whole = downloads.fetch("GET", his);
        assertThat(whole.body()).isEqualTo(content);
        assertThat(whole.headers().allValues("Content-Disposition"))
                .containsExactly("attachment; filename=\"his.bin\"; filename*=UTF-8''his.bin");
        assertThat(whole.headers().allValues("Content-Type")).containsExactly("text/plain");
        String etag = "\"" + Sender.sha256(content) + "\"";
        assertThat(whole.headers().firstValue("ETag")).contains(etag);
        HttpResponse<byte[]> part = downloads.fetch("GET", his, "Range", "bytes=4194300-8388700");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 4194300-8388700/10000000");
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 4_194_300, 8_388_701));
        assertThat(downloads.fetch("GET", his, "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        assertThat(downloads.fetch("GET", his, "Range", "bytes=10000000-").statusCode())
                .isEqualTo(416);

        assertThat(sentByEdge()).isEqualTo(sent);
    }

    @Test
    void theCacheGivesNobodyWhatTheyMayNotReadAnyMore() {
        byte[] content = Downloader.content(1_000_000);
        FilesUser alice = FilesUser.any(system, "alice");
        FilesUser bob = FilesUser.any(system, "bob");
        String file = downloads.stored(alice, "shared.bin", content);
        Answer share = alice.share(file, bob, "read");
        bob.hear(share);
        String url = Downloader.url(bob, file);
        await().untilAsserted(
                        () -> assertThat(downloads.fetch("GET", url).body()).isEqualTo(content));
        downloads.assertRefused(url.replaceFirst("Expires=\\d", "Expires=9"), "URL_INVALID");

        alice.did(200, "DELETE", "/shares/" + share.member("shareId"), null);

        await().atMost(ENDS_WITHIN).untilAsserted(() -> downloads.assertRefused(url, "LEAVE_ENDED"));
        assertThat(downloads.fetch("GET", Downloader.url(alice, file)).body()).isEqualTo(content);
    }
}
