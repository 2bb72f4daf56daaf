package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.files.standalone.client.UploadParts.Part;
import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Sends parts of a file to where the server gives leave to send them, several at the same time. */
final class PartSender {
    private static final int FORBIDDEN = 403;
    /** A URL is good for 15 minutes, so one that was just given is refused for another reason. */
    private static final int LEAVES_MAX = 3;

    private static final Duration PUT_WITHIN = Duration.ofMinutes(1);
    /** What all connections together must manage, or a part is sent again. */
    private static final long BYTES_PER_SECOND_MIN = 50_000;

    private final FilesApi api;
    private final int parallel;
    private final Retry retry = Retries.<String>of("store", answer -> false);

    PartSender(FilesApi api, int parallel) {
        this.api = api;
        this.parallel = parallel;
    }

    /** Leave is asked for a few parts at a time, as it lasts only for a while. */
    void send(LocalFile file, String uploadId, List<Part> parts, TransferProgress.Bar bar) {
        ExecutorService workers = Executors.newFixedThreadPool(parallel, work -> {
            Thread thread = new Thread(work, "send-part");
            thread.setDaemon(true);
            return thread;
        });
        try {
            int batch = 2 * parallel;
            for (int from = 0; from < parts.size(); from += batch) {
                List<Part> some = parts.subList(from, Math.min(parts.size(), from + batch));
                Map<Integer, String> hashes = hashes(workers, file, some);
                Map<Integer, JsonNode> leaves = leaves(uploadId, some, hashes);
                all(workers, some, part -> sendOne(file, uploadId, part, hashes, leave(leaves, part), bar));
                file.requireUnchanged();
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private static Map<Integer, String> hashes(ExecutorService workers, LocalFile file, List<Part> parts) {
        List<String> hashes = all(workers, parts, part -> file.sha256(part.from(), part.sizeBytes(), n -> {}));
        Map<Integer, String> byNumber = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            byNumber.put(parts.get(i).number(), hashes.get(i));
        }
        return byNumber;
    }

    private Map<Integer, JsonNode> leaves(String uploadId, List<Part> parts, Map<Integer, String> hashes) {
        ObjectNode body = FilesApi.object();
        ArrayNode wanted = body.putArray("parts");
        for (Part part : parts) {
            wanted.addObject()
                    .put("number", part.number())
                    .put("size", part.sizeBytes())
                    .put("sha256", hashes.get(part.number()));
        }
        Map<Integer, JsonNode> byNumber = new HashMap<>();
        api.send("POST", "/uploads/" + uploadId + "/parts", body)
                .path("parts")
                .forEach(leave -> byNumber.put(leave.path("number").asInt(), leave));
        return byNumber;
    }

    private static JsonNode leave(Map<Integer, JsonNode> leaves, Part part) {
        JsonNode leave = leaves.get(part.number());
        if (leave == null) {
            throw new FilesFailure("The server gives no leave to send part " + part.number());
        }
        return leave;
    }

    private boolean sendOne(
            LocalFile file,
            String uploadId,
            Part part,
            Map<Integer, String> hashes,
            JsonNode given,
            TransferProgress.Bar bar) {
        JsonNode leave = given;
        for (int i = 1; !put(file, part, leave.path("url").asText(), leave.path("headers"), bar); i++) {
            if (i == LEAVES_MAX) {
                throw new FilesFailure("The store refuses part " + part.number() + " of " + file.path());
            }
            leave = leave(leaves(uploadId, List.of(part), hashes), part);
        }
        return true;
    }

    /** False if the URL isn't good, or no longer. */
    boolean put(LocalFile file, Part part, String url, JsonNode headers, TransferProgress.Bar bar) {
        AtomicLong sent = new AtomicLong();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PUT_WITHIN.plusSeconds(parallel * part.sizeBytes() / BYTES_PER_SECOND_MIN))
                .PUT(body(file, part, n -> {
                    sent.addAndGet(n);
                    bar.add(n);
                }));
        headers.properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asText()));
        HttpResponse<String> answer = FilesApi.made(
                retry,
                () -> {
                    bar.add(-sent.getAndSet(0));
                    return api.http().send(request.build(), BodyHandlers.ofString());
                },
                "The store");
        if (answer.statusCode() == FORBIDDEN) {
            bar.add(-sent.getAndSet(0));
            return false;
        }
        if (answer.statusCode() >= 300) {
            throw new FilesFailure("The store answered " + answer.statusCode() + " to part " + part.number() + " of "
                    + file.path() + ": " + answer.body());
        }
        return true;
    }

    /** False if the URL isn't good, or no longer. */
    boolean put(byte[] bytes, String url, JsonNode headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PUT_WITHIN.plusSeconds(parallel * (long) bytes.length / BYTES_PER_SECOND_MIN))
                .PUT(BodyPublishers.ofByteArray(bytes));
        headers.properties()
                .forEach(header ->
                        request.header(header.getKey(), header.getValue().asText()));
        HttpResponse<String> answer =
                FilesApi.made(retry, () -> api.http().send(request.build(), BodyHandlers.ofString()), "The store");
        if (answer.statusCode() >= 300 && answer.statusCode() != FORBIDDEN) {
            throw new FilesFailure("The store answered " + answer.statusCode() + " to a bundle: " + answer.body());
        }
        return answer.statusCode() != FORBIDDEN;
    }

    private static BodyPublisher body(LocalFile file, Part part, LongConsumer sent) {
        if (part.sizeBytes() == 0) {
            return BodyPublishers.noBody();
        }
        // From the file as it is sent, whatever the part's size.
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new FileRegion(file.path(), part.from(), part.sizeBytes(), sent);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                part.sizeBytes());
    }

    /** Something that is done with each part. */
    private interface Work<T> {
        T of(Part part);
    }

    /** In the parts' order. What fails is thrown once the others are done. */
    private static <T> List<T> all(ExecutorService workers, List<Part> parts, Work<T> work) {
        try {
            List<Callable<T>> calls = new ArrayList<>();
            parts.forEach(part -> calls.add(() -> work.of(part)));
            List<T> results = new ArrayList<>();
            for (Future<T> done : workers.invokeAll(calls)) {
                results.add(done.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FilesFailure("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }
}
