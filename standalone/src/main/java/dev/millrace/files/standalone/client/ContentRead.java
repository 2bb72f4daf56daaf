package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Reads versions' bytes from where their download URLs lead, going on where a connection broke off. */
final class ContentRead {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int PROBLEM_BYTES_MAX = 1 << 16;
    private static final Duration BEGIN_WITHIN = Duration.ofSeconds(60);
    /** After this long without a byte, or at most twice that, the rest is asked for anew. */
    private static final Duration SILENT_MAX = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** How often in a row nothing comes of a URL before that is a failure. */
    private static final int VAIN_MAX = 4;

    private static final int WHOLE = 200;
    private static final int RANGE = 206;
    private static final int FORBIDDEN = 403;

    private final FilesApi api;
    private final Retry retry = Retries.<InputStream>of("edge", answer -> false);
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "download-watcher");
        thread.setDaemon(true);
        return thread;
    });

    ContentRead(FilesApi api) {
        this.api = api;
    }

    /** Where the bytes go. */
    interface Sink {
        /** How many bytes it has. */
        long position();

        void write(byte[] bytes, int count) throws IOException;

        /** Forgets what it has. */
        void startAnew() throws IOException;
    }

    /** @param version 0 for the newest */
    JsonNode version(String fileId, long version) {
        String path = "/files/" + fileId + (version == 0 ? "" : "?version=" + version);
        JsonNode json = api.get(path);
        if (!json.has("contentHash")) {
            throw FilesFailure.of(
                    json.path("name").asText() + " is " + json.path("status").asText(), "a file that has a version");
        }
        // While the server can't write down who gets one, it gives out none.
        for (int i = 1; !json.has("downloadUrl"); i++) {
            if (i == VAIN_MAX) {
                throw FilesFailure.unanswered("The server gives out no URL to download "
                        + json.path("name").asText() + " from");
            }
            Retries.pause(PAUSE, "interrupted");
            json = api.get(path);
        }
        return json;
    }

    /** Until the sink has all of it. Whether it is what it should be is for the sink to say. */
    void read(JsonNode of, String fileId, Sink sink) throws IOException {
        long bytes = of.path("fileSize").asLong();
        long version = of.path("version").asLong();
        URI url = url(of);
        int vain = 0;
        String why;
        do {
            long before = sink.position();
            why = readOn(url, of.path("contentHash").asText(), bytes, sink);
            if (sink.position() > before) {
                vain = 0;
            } else if (!why.isEmpty()) {
                vain++;
                if (vain == VAIN_MAX) {
                    throw new FilesFailure(why);
                }
                Retries.pause(PAUSE, "interrupted");
            }
            if (!why.isEmpty()) {
                // It may have expired, or what it led to has gone.
                url = url(version(fileId, version));
            }
        } while (!why.isEmpty());
    }

    private URI url(JsonNode of) {
        return api.address().resolve(of.path("downloadUrl").asText());
    }

    /** Returns why it broke off; empty if it didn't. */
    private String readOn(URI url, String sha256, long bytes, Sink sink) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(BEGIN_WITHIN);
        if (sink.position() > 0) {
            request.header("Range", "bytes=" + sink.position() + "-").header("If-Range", "\"" + sha256 + "\"");
        }
        HttpResponse<InputStream> answer = FilesApi.made(
                retry, () -> api.http().send(request.build(), BodyHandlers.ofInputStream()), url.getAuthority());
        try (InputStream body = answer.body()) {
            switch (answer.statusCode()) {
                case WHOLE -> {
                    if (sink.position() > 0) {
                        sink.startAnew();
                    }
                    return copy(body, bytes, sink);
                }
                case RANGE -> {
                    return copy(body, bytes, sink);
                }
                case FORBIDDEN -> {
                    return String.valueOf(problem(answer, body).getMessage());
                }
                default -> throw problem(answer, body);
            }
        }
    }

    private String copy(InputStream body, long bytes, Sink sink) throws IOException {
        AtomicLong came = new AtomicLong();
        AtomicLong before = new AtomicLong(-1);
        Future<?> watch = watcher.scheduleWithFixedDelay(
                () -> {
                    // A connection whose other end has vanished is silent for ever.
                    if (before.getAndSet(came.get()) == came.get()) {
                        close(body);
                    }
                },
                SILENT_MAX.toSeconds(),
                SILENT_MAX.toSeconds(),
                TimeUnit.SECONDS);
        try {
            return copy(body, bytes, sink, came);
        } finally {
            watch.cancel(false);
        }
    }

    private static String copy(InputStream body, long bytes, Sink sink, AtomicLong came) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (true) {
            int n;
            try {
                n = body.read(buffer);
            } catch (IOException e) {
                return "The download broke off at byte " + sink.position() + ": " + e.getMessage();
            }
            if (n < 0) {
                return sink.position() == bytes
                        ? ""
                        : "The download ended at byte " + sink.position() + " (expected: " + bytes + ")";
            }
            if (sink.position() + n > bytes) {
                throw new FilesFailure("The download has more than " + bytes + " bytes");
            }
            sink.write(buffer, n);
            came.addAndGet(n);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FilesFailure problem(HttpResponse<InputStream> answer, InputStream body) throws IOException {
        String text = new String(body.readNBytes(PROBLEM_BYTES_MAX), StandardCharsets.UTF_8);
        return FilesApi.refusal("The download", answer.statusCode(), FilesApi.json(text));
    }
}
