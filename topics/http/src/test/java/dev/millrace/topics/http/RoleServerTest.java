package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpMethod;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoleServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    record Greeting(String name, int times) {}

    private static RoleServer server;
    private static Readiness.Condition restored;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        Settings settings = Settings.of(Map.of("http.port", "0", "http.request.timeout", "1s"));
        server = RoleServer.create("test", HttpSettings.from(settings, 8080));
        settings.check();
        restored = server.readiness().condition("restored");
        server.router().post("/greetings").handler(RoleServer.body(1_000)).handler(ctx -> {
            Greeting greeting = StrictJson.body(ctx, Greeting.class);
            var unused = StrictJson.answer(ctx, 201, greeting);
        });
        server.router().get("/broken").handler(ctx -> {
            throw new IllegalStateException("secret of the house");
        });
        server.router().get("/silent").handler(ctx -> {});
        server.start().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void livenessNamesTheRoleAndTheProcess() throws Exception {
        JsonNode live = JSON.readTree(get("/livez").body());
        assertThat(live.get("role").asText()).isEqualTo("test");
        assertThat(live.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void readinessSaysWhichConditionIsNotMetAndWhy() throws Exception {
        restored.not("42 records to go");
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("42 records to go");
        restored.ok();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsCountRequestsByRouteAndStatus() throws Exception {
        get("/livez");
        assertThat(get("/metrics").body())
                .contains("http_requests_seconds_bucket", "route=\"/livez\"", "role=\"test\"");
    }

    @Test
    void contractAndItsPagesAreServed() throws Exception {
        assertThat(JSON.readTree(get("/openapi.json").body()).get("openapi").asText())
                .startsWith("3.1");
        for (String page :
                new String[] {"/docs", "/docs/render.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"}) {
            assertThat(get(page).statusCode()).as(page).isEqualTo(200);
        }
    }

    @Test
    void anUnknownPathIsAProblem() throws Exception {
        assertProblem(get("/nowhere"), 404, "NO_SUCH_ROUTE");
    }

    @Test
    void aWrongMethodIsAProblem() throws Exception {
        assertProblem(send("DELETE", "/greetings", null), 405, "METHOD_NOT_ALLOWED");
    }

    @Test
    void aBodyBeyondTheBoundIsRefused() throws Exception {
        assertProblem(send("POST", "/greetings", "x".repeat(9_000_000)), 413, "BODY_TOO_LARGE");
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/greetings"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))
                .build();
        assertProblem(HTTP.send(request, BodyHandlers.ofString()), 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void malformedAndDeepJsonAreRefused() throws Exception {
        assertProblem(send("POST", "/greetings", "{\"name\":"), 400, "MALFORMED_JSON");
        assertProblem(send("POST", "/greetings", "[".repeat(400)), 400, "MALFORMED_JSON");
        assertProblem(send("POST", "/greetings", ""), 400, "MALFORMED_JSON");
    }

    @Test
    void anUnknownFieldIsNamed() throws Exception {
        HttpResponse<String> answer = send("POST", "/greetings", "{\"name\":\"a\",\"times\":1,\"tmies\":2}");
        assertProblem(answer, 400, "INVALID_BODY");
        assertThat(answer.body()).contains("tmies");
    }

    @Test
    void aBugIsLoggedAndNotTold() throws Exception {
        HttpResponse<String> answer = get("/broken");
        assertProblem(answer, 500, "INTERNAL");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void aRequestThatNobodyAnswersTimesOut() throws Exception {
        HttpResponse<String> answer = get("/silent");
        assertProblem(answer, 503, "TIMED_OUT");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void headersBeyondTheBoundAreRefused() throws Exception {
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("HEADERS_TOO_LARGE");
        assertThat(raw("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 414 ")
                .contains("URI_TOO_LONG");
        assertThat(raw("nonsense\r\n\r\n")).contains(" 400 ", "INVALID_REQUEST");
    }

    @Test
    void aBadlyEncodedPathIsTheCallersFault() throws Exception {
        assertThat(raw("GET /livez/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains(" 400 ", "INVALID_REQUEST");
    }

    @Test
    void connectionsBeyondTheBoundAreAnsweredAndClosed() throws Exception {
        Settings few = Settings.of(Map.of("http.port", "0", "http.connections.max", "2"));
        try (RoleServer crowded = RoleServer.create("crowded", HttpSettings.from(few, 8080))) {
            crowded.router().get("/hall").handler(ctx -> {
                var unused = ctx.response().end("come in");
            });
            int port = crowded.start().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            try (Socket first = opened(port);
                    Socket second = opened(port);
                    Socket third = opened(port)) {
                assertThat(asked(first, "/hall")).startsWith("HTTP/1.1 200");
                assertThat(asked(third, "/livez")).startsWith("HTTP/1.1 200");
                assertThat(asked(third, "/hall"))
                        .startsWith("HTTP/1.1 503")
                        .contains("OVERLOADED", "Retry-After", "onnection: close");
                assertThat(third.getInputStream().read()).isEqualTo(-1);
                await().until(() -> asked(first, "/metrics").contains("http_connections{role=\"crowded\"} 2.0"));
                assertThat(asked(first, "/hall")).startsWith("HTTP/1.1 200");
                assertThat(asked(second, "/hall")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void whatIsRefusedIsAnsweredUnreadAndCounted() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        Settings settings = Settings.of(Map.of("http.port", "0"));
        try (RoleServer busy = RoleServer.create("busy", HttpSettings.from(settings, 8080))) {
            busy.router().post("/claims").handler(RoleServer.body(1_000)).handler(ctx -> {
                var unused = ctx.response().end("done");
            });
            busy.refuse(
                    request -> full.get() && request.method().equals(HttpMethod.POST),
                    Problem.of(503, "OVERLOADED", "Too much.").retryAfter(Duration.ofSeconds(1)));
            int port = busy.start().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            try (Socket caller = opened(port)) {
                assertThat(asked(caller, "POST", "/claims", "{\"seat\":1}"))
                        .startsWith("HTTP/1.1 503")
                        .contains("OVERLOADED", "Too much.", "Retry-After: 1", Problem.CONTENT_TYPE);
                assertThat(asked(caller, "/metrics")).contains("http_refused_total{role=\"busy\"} 1.0");
                full.set(false);
                assertThat(asked(caller, "POST", "/claims", "{\"seat\":1}"))
                        .as("on the same connection")
                        .startsWith("HTTP/1.1 200")
                        .endsWith("done");
            }
        }
    }

    private static Socket opened(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(5_000);
        assertThat(asked(socket, "/livez")).startsWith("HTTP/1.1 200");
        return socket;
    }

    /** Sends a request on a connection that stays open and reads its whole answer. */
    private static String asked(Socket socket, String path) throws Exception {
        return asked(socket, "GET", path, "");
    }

    private static String asked(Socket socket, String method, String path, String body) throws Exception {
        String request =
                method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            assertThat(next).as("after: %s", head).isNotEqualTo(-1);
            head.append((char) next);
        }
        Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        assertThat(length.find()).as("%s", head).isTrue();
        byte[] answer = in.readNBytes(Integer.parseInt(length.group(1)));
        return head + new String(answer, StandardCharsets.UTF_8);
    }

    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String reason) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.get("reason").asText()).isEqualTo(reason);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, null);
    }

    private static HttpResponse<String> send(String method, String path, @Nullable String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
