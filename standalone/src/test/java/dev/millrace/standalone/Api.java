package dev.millrace.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that talks to Millrace's gateway as one user, or as nobody. */
public final class Api {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String address;
    private final @Nullable String token;

    public Api(String address, @Nullable String token) {
        this.address = address;
        this.token = token;
    }

    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    public Answer post(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** As a browser's plain form would. */
    public Answer form(String path, String body) {
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    public Answer put(String path, String body, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    public Answer delete(String path, String... headers) {
        return send(request(path, headers).DELETE().build());
    }

    /** Any call; a body is JSON unless a header says otherwise. */
    public Answer call(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = request(path, headers);
        if (body != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return send(request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    /** Claims these seats; the key makes it the same claim when sent again. */
    public Answer hold(String event, String key, List<String> tickets, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Idempotency-Key", key));
        return post("/bookings/" + event, ticketIds(tickets), all.toArray(String[]::new));
    }

    public static String ticketIds(List<String> tickets) {
        return "{\"ticketIds\":[\"" + String.join("\",\"", tickets) + "\"]}";
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER_WITHIN);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    private static Answer send(HttpRequest request) {
        try {
            return Answer.of(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(request + " wasn't answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
