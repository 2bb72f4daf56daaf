package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.standalone.Answer;
import dev.millrace.standalone.TestSystem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Puts contents where the hashing job will, and fetches them by the URLs that the API gives. */
final class Downloader implements AutoCloseable {
    private final PlayedHashing hashing;
    private final ContentBucket bucket;
    private final HttpClient http = HttpClient.newHttpClient();

    Downloader(TestSystem system) {
        this.hashing = new PlayedHashing(system);
        this.bucket = new ContentBucket(system.bucket(), Duration.ofSeconds(10));
    }

    /** So many bytes, of which a half compresses. */
    static byte[] content(int bytes) {
        byte[] content = Sender.content(bytes, bytes);
        Arrays.fill(content, bytes / 2, bytes, (byte) 'x');
        return content;
    }

    /** Returns the id of a new file of that content. */
    String stored(FilesUser owner, String name, byte[] content) {
        Answer begun = owner.upload(name, "root", content.length);
        WrittenContent written = WrittenContent.write(bucket, content);
        hashing.verify(begun.member("uploadId"), owner.id(), written);
        String file = begun.member("fileId");
        await().until(() -> owner.read("/files/" + file).member("status").equals("completed"));
        return file;
    }

    ContentBucket bucket() {
        return bucket;
    }

    static String url(FilesUser user, String file) {
        Answer read = user.read("/files/" + file);
        assertThat(read.status()).as("%s", read).isEqualTo(200);
        assertThat(read.member("downloadUrl")).as("%s", read).isNotEmpty();
        assertThat(read.member("expiresAt")).isNotEmpty();
        return read.member("downloadUrl");
    }

    /** @param headers name and value by turns */
    HttpResponse<byte[]> fetch(String method, String url, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void assertRefused(String url, String reason) {
        HttpResponse<byte[]> answer = fetch("GET", url);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"reason\":\"" + reason + "\"");
    }

    @Override
    public void close() {
        hashing.close();
        bucket.close();
    }
}
