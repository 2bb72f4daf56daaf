package dev.millrace.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** What the JobManager answers at its page's address. */
final class FlinkRest {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();
    private final String address;

    FlinkRest(String address) {
        this.address = address;
    }

    /** A refusal, in Flink's words. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    JsonObject get(String path) throws IOException, InterruptedException {
        return new JsonObject(text(to(path).GET()));
    }

    JsonArray list(String path) throws IOException, InterruptedException {
        return new JsonArray(text(to(path).GET()));
    }

    JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
        return new JsonObject(
                text(to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.encode()))));
    }

    /** Returns what the jar is called from now on. */
    String upload(Path jar) throws IOException, InterruptedException {
        String boundary = UUID.randomUUID().toString();
        BodyPublisher parts = BodyPublishers.concat(
                BodyPublishers.ofString("--" + boundary + "\r\n"
                        + "Content-Disposition: form-data; name=\"jarfile\"; filename=\"" + jar.getFileName()
                        + "\"\r\nContent-Type: application/java-archive\r\n\r\n"),
                BodyPublishers.ofFile(jar),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        String stored = new JsonObject(text(to("/jars/upload")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(parts)))
                .getString("filename");
        return String.valueOf(Path.of(stored).getFileName());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(ANSWER_WITHIN);
    }

    private String text(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new Refused(answer.statusCode() + ": " + FlinkFailure.shortOf(answer.body()));
        }
        return answer.body();
    }
}
