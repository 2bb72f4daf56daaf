package dev.millrace.standalone;

import dev.millrace.tickets.standalone.DemoContent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Puts the demo's venues, performers and events in, the way an organiser would: over HTTP. Again changes nothing. */
final class DemoLoader {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int ATTEMPTS_MAX = 20;

    private final String address;
    private final String adminToken;
    private final HttpClient http = HttpClient.newHttpClient();

    DemoLoader(String address, String adminToken) {
        this.address = address;
        this.adminToken = adminToken;
    }

    /** Whether anything was missing and is there now. */
    boolean load() throws IOException, InterruptedException {
        List<DemoContent.Request> requests = DemoContent.requests();
        if (areAllEventsThere(requests)) {
            return false;
        }
        for (DemoContent.Request request : requests) {
            put(request);
        }
        return true;
    }

    private boolean areAllEventsThere(List<DemoContent.Request> requests) throws IOException, InterruptedException {
        for (DemoContent.Request request : requests) {
            if (request.path().startsWith("/admin/events/")) {
                String read = request.path().substring("/admin".length()) + "?view=summary";
                HttpRequest get = to(read).GET().build();
                if (http.send(get, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tries again while the answer isn't there yet, or is that the same call may succeed later. */
    private void put(DemoContent.Request request) throws IOException, InterruptedException {
        HttpRequest put = to(request.path())
                .header("Authorization", "Bearer " + adminToken)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", keyOf(request))
                .PUT(HttpRequest.BodyPublishers.ofString(request.body()))
                .build();
        HttpResponse<String> answer = http.send(put, HttpResponse.BodyHandlers.ofString());
        for (int i = 1; i < ATTEMPTS_MAX && mayBeTriedAgain(answer); i++) {
            long seconds = answer.headers().firstValueAsLong("Retry-After").orElse(1);
            Pause.of(Duration.ofSeconds(seconds));
            answer = http.send(put, HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != 200 && answer.statusCode() != 201) {
            throw new StartFailure(
                    "demo", "PUT " + request.path() + " was answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static boolean mayBeTriedAgain(HttpResponse<String> answer) {
        // 202: written, but not decided within the wait of one request, as on a slow machine that has just started.
        return answer.statusCode() == 202
                || answer.headers().firstValue("Retry-After").isPresent();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER_WITHIN);
    }

    /** The same for the same content, so that a start broken off half way goes on where it was. */
    private static String keyOf(DemoContent.Request request) {
        byte[] content = (request.path() + "\n" + request.body()).getBytes(StandardCharsets.UTF_8);
        return "demo-" + UUID.nameUUIDFromBytes(content);
    }
}
