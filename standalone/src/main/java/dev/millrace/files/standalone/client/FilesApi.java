package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilience4j.retry.Retry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of the API as one user: each until it is answered for good, and whatever is read includes what was done. */
public final class FilesApi {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final String POSITION = "Millrace-Position";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final Supplier<String> token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    private final Retry retry = Retries.of("api", FilesApi::isUndecided);
    /** The newest position of each log and partition that was heard of. */
    private final Map<String, String> positions = new ConcurrentHashMap<>();

    /** @param token asked for each call, as what one begins may take longer than a token lasts */
    public FilesApi(URI address, Supplier<String> token) {
        this.address = address;
        this.token = token;
    }

    URI address() {
        return address;
    }

    HttpClient http() {
        return http;
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String newKey() {
        return UUID.randomUUID().toString();
    }

    public JsonNode get(String path) {
        HttpRequest.Builder request = request(path).GET();
        if (!positions.isEmpty()) {
            request.header(POSITION, String.join(", ", positions.values()));
        }
        return answer(request.build());
    }

    /** Every item of a list, page by page. */
    public void each(String path, Consumer<JsonNode> item) {
        Optional<JsonNode> unused = first(path, one -> {
            item.accept(one);
            return false;
        });
    }

    /** The first item of a list for which this is so; pages behind it aren't asked for. */
    Optional<JsonNode> first(String path, Predicate<JsonNode> isIt) {
        String cursor = "";
        do {
            JsonNode page = get(cursor.isEmpty() ? path : path + "?cursor=" + encoded(cursor));
            for (JsonNode item : page.path("items")) {
                if (isIt.test(item)) {
                    return Optional.of(item);
                }
            }
            cursor = page.path("nextCursor").asText();
        } while (!cursor.isEmpty());
        return Optional.empty();
    }

    JsonNode send(String method, String path, @Nullable ObjectNode body) {
        return send(method, path, body == null ? "" : body.toString(), newKey());
    }

    /** @param key makes it the same call when it is sent again, also by another process */
    JsonNode send(String method, String path, String body, String key) {
        HttpRequest.Builder request = request(path).header("Idempotency-Key", key);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return answer(request.method(method, BodyPublishers.ofString(body)).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER_WITHIN)
                .header("Authorization", "Bearer " + token.get());
    }

    private JsonNode answer(HttpRequest request) {
        HttpResponse<String> answer = made(
                retry,
                () -> http.send(request, BodyHandlers.ofString()),
                request.uri().getAuthority());
        for (String position : answer.headers().firstValue(POSITION).orElse("").split(", ", -1)) {
            int dot = position.lastIndexOf('.');
            if (dot > 0) {
                positions.put(position.substring(0, dot), position);
            }
        }
        JsonNode json = json(answer.body());
        if (answer.statusCode() >= 400) {
            throw refusal(request.method() + " " + request.uri().getPath(), answer.statusCode(), json);
        }
        if (isUndecided(answer)) {
            throw new FilesFailure("Not decided yet, and it may still be done: look before you try again.");
        }
        return json;
    }

    /** Something that talks to a server. */
    interface Call<T> {
        T make() throws IOException, InterruptedException;
    }

    static <T> T made(Retry retry, Call<T> call, String whom) {
        try {
            return retry.executeCallable(call::make);
        } catch (IOException e) {
            throw FilesFailure.unanswered(whom + " doesn't answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FilesFailure("interrupted");
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static FilesFailure refusal(String call, int status, JsonNode problem) {
        return problem.path("detail").asText().isEmpty()
                ? new FilesFailure(call + " was answered " + status)
                : FilesFailure.of(status, problem);
    }

    /** What isn't JSON is an empty object. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return object();
        }
    }

    private static boolean isUndecided(HttpResponse<String> answer) {
        JsonNode json = json(answer.body());
        return json.path("status").asText().equals("PENDING")
                || json.path("reason").asText().equals("IN_PROGRESS");
    }
}
