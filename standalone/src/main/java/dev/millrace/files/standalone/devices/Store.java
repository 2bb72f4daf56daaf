package dev.millrace.files.standalone.devices;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Where bytes are sent to and fetched from, by the URLs that the API gives. Each is tried once. */
final class Store {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();

    /** Whether the store has taken so many bytes. */
    boolean takes(String url, JsonObject headers, byte[] bytes, int from, int count) throws InterruptedException {
        HttpRequest.Builder request = request(url).PUT(BodyPublishers.ofByteArray(bytes, from, count));
        headers.fieldNames().forEach(name -> request.header(name, headers.getString(name)));
        return answer(request.build(), BodyHandlers.discarding()).isPresent();
    }

    /** SHA-256 in hex of what comes; empty if it doesn't all come. */
    String fetched(String url) throws InterruptedException {
        return answer(request(url).GET().build(), BodyHandlers.ofByteArray())
                .map(HttpResponse::body)
                .map(bytes -> Content.sha256(bytes, 0, bytes.length))
                .orElse("");
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_WITHIN);
    }

    /** Empty if none came, or another than was wanted. */
    private <T> Optional<HttpResponse<T>> answer(HttpRequest request, BodyHandler<T> handler)
            throws InterruptedException {
        try {
            return Optional.of(http.send(request, handler)).filter(answer -> answer.statusCode() == OK);
        } catch (IOException e) {
            // As while the store is killed: whoever wanted it tries again.
            return Optional.empty();
        }
    }
}
