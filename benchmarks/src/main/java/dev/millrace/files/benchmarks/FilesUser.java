package dev.millrace.files.benchmarks;

import dev.millrace.benchmarks.Target;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who keeps files: calls to the roles, and bytes to where their answers say. Who is sent away, or told that
 * nothing is decided yet, comes again, as every client does.
 */
final class FilesUser {
    private static final Set<Integer> LATER = Set.of(408, 429, 502, 503, 504);
    private static final Duration TRY_FOR = Duration.ofMinutes(1);
    private static final long AGAIN_AFTER_MILLIS = 200;
    private static final Duration COMPLETED_WITHIN = Duration.ofMinutes(30);
    /** Every 10 ms took a tenth of a machine of two cores from what was looked at. */
    private static final long LOOK_AGAIN_MILLIS = 50;

    private static final Set<String> NOT_YET = Set.of("open", "verifying");

    private final HttpClient http;
    private final Target target;
    private final String authorization;
    private final AtomicLong again = new AtomicLong();

    FilesUser(HttpClient http, Target target, String id) {
        this.http = http;
        this.target = target;
        this.authorization = "Bearer " + target.token(id, false);
    }

    /** @param body JSON; empty for none */
    JsonObject command(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(target.ingestPort(), path)
                .header("Idempotency-Key", UUID.randomUUID().toString());
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return json(request.POST(BodyPublishers.ofString(body)).build());
    }

    JsonObject read(String path) throws IOException, InterruptedException {
        return json(request(target.servingPort(), path).GET().build());
    }

    private HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", authorization);
    }

    private JsonObject json(HttpRequest request) throws IOException, InterruptedException {
        return new JsonObject(answered(request).body());
    }

    /** Sends bytes to where there is leave to send them. */
    void put(String url, JsonObject headers, BodyPublisher bytes) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).PUT(bytes);
        headers.forEach(header -> request.header(header.getKey(), String.valueOf(header.getValue())));
        var unused = answered(request.build());
    }

    private HttpResponse<String> answered(HttpRequest request) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + TRY_FOR.toNanos();
        HttpResponse<String> answer = sent(request);
        while (isForLater(answer) && System.nanoTime() - giveUpAt < 0) {
            again.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(waitMillis(answer));
            answer = sent(request);
        }
        if (isForLater(answer) || answer.statusCode() >= 400) {
            throw new IllegalStateException(
                    request.method() + " " + request.uri().getPath() + ": " + answer.statusCode() + " " + answer.body()
                            + " (expected: success)");
        }
        return answer;
    }

    private HttpResponse<String> sent(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            // A connection that was kept may have been closed from the other side in this moment.
            again.incrementAndGet();
            return http.send(request, BodyHandlers.ofString());
        }
    }

    private static boolean isForLater(HttpResponse<String> answer) {
        return LATER.contains(answer.statusCode())
                || answer.body().contains("\"status\":\"PENDING\"")
                || answer.body().contains("\"reason\":\"IN_PROGRESS\"");
    }

    private static long waitMillis(HttpResponse<String> answer) {
        long told = answer.headers().firstValueAsLong("Retry-After").orElse(0);
        return Math.max(AGAIN_AFTER_MILLIS, TimeUnit.SECONDS.toMillis(told));
    }

    /** Returns when an upload has become a version. */
    void awaitCompleted(String uploadId) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + COMPLETED_WITHIN.toNanos();
        String status = status(uploadId);
        while (NOT_YET.contains(status)) {
            pause(giveUpAt, "upload " + uploadId + " is " + status);
            status = status(uploadId);
        }
        if (!status.equals("completed")) {
            throw new IllegalStateException("upload " + uploadId + " is " + status + " (expected: completed)");
        }
    }

    private String status(String uploadId) throws IOException, InterruptedException {
        return read("/uploads/" + uploadId).getString("status");
    }

    /**
     * Returns when the newest versions of this user's files have so many bytes: an upload's count from the step in
     * which it is completed. One read for all of them, so that looking takes little from what is looked at.
     */
    void awaitLiveBytes(long bytes) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + COMPLETED_WITHIN.toNanos();
        long live = liveBytes();
        while (live != bytes) {
            pause(giveUpAt, live + " of " + bytes + " bytes are completed");
            live = liveBytes();
        }
    }

    private long liveBytes() throws IOException, InterruptedException {
        return read("/usage").getLong("liveBytes");
    }

    /** Where a file's newest version can be fetched. */
    URI downloadUrl(String fileId) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + TRY_FOR.toNanos();
        JsonObject file = read("/files/" + fileId);
        while (!file.containsKey("downloadUrl")) {
            pause(giveUpAt, "there is no downloadUrl in " + file);
            file = read("/files/" + fileId);
        }
        return URI.create(file.getString("downloadUrl"));
    }

    private static void pause(long giveUpAt, String soFar) throws InterruptedException {
        if (System.nanoTime() - giveUpAt > 0) {
            throw new IllegalStateException("given up: " + soFar);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }

    /** How often it had to come again. */
    long again() {
        return again.get();
    }
}
