package dev.millrace.serving;

import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A broker, a PostgreSQL and an issuer, and the process under test between them. */
public final class TestWorld implements AutoCloseable {
    private final TestBroker broker;
    private final TestPostgres postgres;
    private final TestIssuer issuer;
    private final HttpClient http = HttpClient.newHttpClient();

    private TestWorld(TestBroker broker, TestPostgres postgres, TestIssuer issuer) {
        this.broker = broker;
        this.postgres = postgres;
        this.issuer = issuer;
    }

    public static TestWorld start() throws Exception {
        TestPostgres postgres = TestPostgres.start();
        Path folder = Files.createTempDirectory(Path.of("target"), "issuer-").toAbsolutePath();
        return new TestWorld(TestBroker.start(), postgres, new TestIssuer(folder));
    }

    public TestBroker broker() {
        return broker;
    }

    public TestPostgres postgres() {
        return postgres;
    }

    public TestIssuer issuer() {
        return issuer;
    }

    /** Starts the process under test; {@code more} are further settings. */
    public ServingLayer serve(int statePort, Map<String, String> more) {
        return ServingLayer.start(Settings.of(settings(statePort, more)));
    }

    public Map<String, String> settings(int statePort, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("http.port", "0");
        settings.put("http.threads", "2");
        settings.put("kafka.bootstrap", broker.address());
        settings.put("postgres.url", postgres.url());
        settings.put("postgres.user", "postgres");
        settings.put("auth.jwks", issuer.jwks().toUri().toString());
        settings.put("auth.issuer", TestIssuer.ISSUER);
        settings.put("session.key.file", issuer.sessionKey().toString());
        settings.put("state.endpoints", "127.0.0.1:" + statePort);
        settings.put("state.attempt.timeout", "300ms");
        settings.put("state.ask.timeout", "600ms");
        settings.put("demo.users", "alice,bob");
        settings.putAll(more);
        return settings;
    }

    public static int portOf(ServingLayer layer) {
        return layer.port();
    }

    public void awaitReady(ServingLayer layer) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> get(layer, "/readyz").statusCode() == 200);
    }

    /** @param headers name and value by turns */
    public HttpResponse<String> get(ServingLayer layer, String path, String... headers) {
        return send("GET", layer, path, HttpResponse.BodyHandlers.ofString(), headers);
    }

    public <T> HttpResponse<T> send(
            String method, ServingLayer layer, String path, HttpResponse.BodyHandler<T> body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + layer.port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), body);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        broker.close();
        postgres.close();
    }
}
