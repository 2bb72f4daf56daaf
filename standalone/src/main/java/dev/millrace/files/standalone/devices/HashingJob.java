package dev.millrace.files.standalone.devices;

import dev.millrace.standalone.ChildStatus;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The job on Flink that hashes and collects, by what its cluster's page says of it. */
final class HashingJob {
    private static final String NAME = "files-hashing";
    private static final String CLUSTER = "flink-jm";
    private static final String RUNNING = "RUNNING";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();
    private final Supplier<List<ChildStatus>> children;

    HashingJob(Supplier<List<ChildStatus>> children) {
        this.children = children;
    }

    /** When it began, or went on after its last failure, in ms since 1970; empty if it doesn't run, or nobody knows. */
    OptionalLong runsSinceMillis() throws InterruptedException {
        for (ChildStatus child : children.get()) {
            if (child.name().equals(CLUSTER)) {
                try {
                    return runsSinceMillis("http://" + child.address() + "/jobs/");
                } catch (IOException e) {
                    // Its cluster is away, or begins.
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong runsSinceMillis(String jobs) throws IOException, InterruptedException {
        for (Object one : get(jobs + "overview").getJsonArray("jobs")) {
            JsonObject job = (JsonObject) one;
            if (NAME.equals(job.getString("name")) && RUNNING.equals(job.getString("state"))) {
                return OptionalLong.of(get(jobs + job.getString("jid"))
                        .getJsonObject("timestamps")
                        .getLong(RUNNING));
            }
        }
        return OptionalLong.empty();
    }

    private JsonObject get(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(ANSWER_WITHIN)
                .build();
        return new JsonObject(http.send(request, BodyHandlers.ofString()).body());
    }
}
