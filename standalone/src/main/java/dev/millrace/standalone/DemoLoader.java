package dev.millrace.standalone;

import dev.millrace.feed.standalone.DemoFeed;
import dev.millrace.tickets.standalone.DemoContent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Puts the demo's venues, performers and events in, the way an organiser would, and its users' posts, the way they would:
 * over HTTP. Again changes nothing.
 */
final class DemoLoader {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /** A request is tried again for this long: on a slow machine whoever decides may take minutes to come back. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String address;
    private final String adminToken;
    private final UnaryOperator<String> tokenOf;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param tokenOf a token of this user */
    DemoLoader(String address, String adminToken, UnaryOperator<String> tokenOf) {
        this.address = address;
        this.adminToken = adminToken;
        this.tokenOf = tokenOf;
    }

    /** Whether anything of these products was missing and is there now. */
    boolean load(Set<Product> products) throws IOException, InterruptedException {
        boolean events = products.contains(Product.tickets) && loadEvents();
        boolean feed = products.contains(Product.feed) && loadFeed();
        return events || feed;
    }

    private boolean loadEvents() throws IOException, InterruptedException {
        List<DemoContent.Request> requests = DemoContent.requests();
        if (areAllEventsThere(requests)) {
            return false;
        }
        for (DemoContent.Request request : requests) {
            send("PUT", request.path(), request.body(), adminToken);
        }
        return true;
    }

    /** Keys of posts are remembered for good, so those that are there already aren't made again. */
    private boolean loadFeed() throws IOException, InterruptedException {
        List<DemoFeed.Request> requests = DemoFeed.requests();
        DemoFeed.Request last = requests.get(requests.size() - 1);
        if (isThere(last)) {
            return false;
        }
        for (DemoFeed.Request request : requests) {
            send(request.method(), request.path(), request.body(), tokenOf.apply(request.user()));
        }
        return true;
    }

    private boolean isThere(DemoFeed.Request post) throws IOException, InterruptedException {
        HttpRequest get = to("/users/" + post.user() + "/posts?pageSize=100")
                .header("Authorization", "Bearer " + tokenOf.apply(post.user()))
                .GET()
                .build();
        HttpResponse<String> answer = http.send(get, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200 && answer.body().contains(post.content());
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
    private void send(String method, String path, String body, String token) throws IOException, InterruptedException {
        HttpRequest request = to(path).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", keyOf(path, body))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        long startedNanos = System.nanoTime();
        while (mayBeTriedAgain(answer) && System.nanoTime() - startedNanos < PATIENCE.toNanos()) {
            long seconds = answer.headers().firstValueAsLong("Retry-After").orElse(1);
            Pause.of(Duration.ofSeconds(seconds));
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != 200 && answer.statusCode() != 201) {
            throw new StartFailure(
                    "demo", method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
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
    private static String keyOf(String path, String body) {
        byte[] content = (path + "\n" + body).getBytes(StandardCharsets.UTF_8);
        return "demo-" + UUID.nameUUIDFromBytes(content);
    }
}
