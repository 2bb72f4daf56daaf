package dev.millrace.ingest;

import dev.millrace.topics.http.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ingest instance with an issuer of its own, and a client to talk to it. */
public final class TestIngest implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final TestIssuer issuer;
    private final IngestApi role;

    private TestIngest(TestIssuer issuer, IngestApi role) {
        this.issuer = issuer;
        this.role = role;
    }

    /** @param more settings beside, or instead of, those every test needs */
    public static TestIngest start(Path dir, String bootstrap, Map<String, String> more) throws IOException {
        TestIssuer issuer = new TestIssuer();
        Path jwks = dir.resolve("jwks.json");
        issuer.publish(jwks);
        Path key = dir.resolve("session.key");
        Files.write(key, new byte[48]);
        Map<String, String> settings = new HashMap<>();
        settings.put("http.port", "0");
        settings.put("http.threads", "2");
        settings.put("kafka.bootstrap", bootstrap);
        settings.put("auth.jwks", jwks.toUri().toString());
        settings.put("auth.issuer", TestIssuer.NAME);
        settings.put("auth.audience", TestIssuer.AUDIENCE);
        settings.put("session.key.file", key.toString());
        settings.put("demo.users", "alice,bob,organiser:admin");
        for (String limit : new String[] {"user.per.second", "user.burst", "address.per.second", "address.burst"}) {
            settings.put("rate." + limit, "100000");
        }
        settings.put("ingest.wait.limit", "2s");
        settings.put("ingest.deliver.within", "1900ms");
        settings.put("ingest.silence.max", "1500ms");
        settings.putAll(more);
        return new TestIngest(issuer, IngestApi.start(Settings.of(settings)));
    }

    public TestIssuer issuer() {
        return issuer;
    }

    public boolean ready() {
        return as("").get("/readyz").statusCode() == 200;
    }

    /** A client with this bearer token; none if empty. */
    public Client as(String token) {
        return new Client(token, Map.of());
    }

    public Client user(String name, String... roles) {
        return as(issuer.token(name, roles));
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + role.port() + path);
    }

    public int port() {
        return role.port();
    }

    @Override
    public void close() {
        role.close();
    }

    /** Sends requests with one token and the same headers. */
    public final class Client {
        private final String token;
        private final Map<String, String> headers;

        private Client(String token, Map<String, String> headers) {
            this.token = token;
            this.headers = headers;
        }

        public Client with(String header, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(header, value);
            return new Client(token, more);
        }

        public Client key(String key) {
            return with("Idempotency-Key", "\"" + key + "\"");
        }

        public HttpResponse<String> get(String path) {
            return send("GET", path, null);
        }

        public HttpResponse<String> post(String path, JsonObject body) {
            return send("POST", path, body.encode());
        }

        public HttpResponse<String> send(String method, String path, @Nullable String body) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            if (body != null && !headers.containsKey("Content-Type")) {
                request.header("Content-Type", "application/json");
            }
            headers.forEach(request::header);
            request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            try {
                return HTTP.send(request.build(), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new IllegalStateException(method + " " + path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
