package dev.millrace.files.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.standalone.TestSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to the gateway and to the edge that hears what is asked for, and can break it off. For the hashing job, which
 * doesn't run in the system that tests share, it stores what was sent and says what came.
 */
final class CommandPassage implements AutoCloseable {
    private static final Pattern UPLOAD = Pattern.compile("/uploads/([^/]+)/(parts|complete)");
    private static final List<String> FORWARDED =
            List.of("Authorization", "Content-Type", "Idempotency-Key", "Millrace-Position");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestSystem system;
    private final PlayedHashing hashing;
    private final String owner;
    private final ContentBucket bucket;
    /** Where downloads really are, by what they are called here. */
    private final Map<String, String> downloads = new ConcurrentHashMap<>();

    private final Set<String> damaged = ConcurrentHashMap.newKeySet();
    private final List<Integer> partsAsked = new CopyOnWriteArrayList<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private volatile Predicate<List<Integer>> lets = numbers -> true;
    private volatile long breakOffAt = Long.MAX_VALUE;

    /** @param owner whose uploads are verified as soon as they are complete */
    CommandPassage(TestSystem system, PlayedHashing hashing, String owner) {
        this.system = system;
        this.hashing = hashing;
        this.owner = owner;
        this.bucket = new ContentBucket(system.bucket(), Duration.ofSeconds(10));
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/content/", this::content);
        server.createContext("/", this::forward);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Numbers of parts that leave was asked for: without it none can be sent. */
    List<Integer> partsAsked() {
        return List.copyOf(partsAsked);
    }

    /** @param through whether asking for leave to send these parts comes through */
    void lets(Predicate<List<Integer>> through) {
        lets = through;
    }

    /** Downloads break off at this byte, once. */
    void breakOffAt(long bytes) {
        breakOffAt = bytes;
    }

    /** Ranges that were asked for. */
    List<String> ranges() {
        return List.copyOf(ranges);
    }

    /** One bit of this content turns round whenever it comes by. */
    void damage(byte[] content) {
        damaged.add(Sender.sha256(content));
    }

    private void forward(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        Matcher upload = UPLOAD.matcher(path);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (upload.matches() && upload.group(2).equals("parts")) {
            List<Integer> numbers = JSON.readTree(body)
                    .path("parts")
                    .valueStream()
                    .map(part -> part.path("number").asInt())
                    .toList();
            if (!lets.test(numbers)) {
                exchange.close();
                return;
            }
            partsAsked.addAll(numbers);
        }
        HttpResponse<String> answer = ask(exchange, body);
        if (upload.matches() && upload.group(2).equals("complete") && answer.statusCode() == 202) {
            verify(upload.group(1));
        }
        answer(exchange, answer, withDownload(exchange, path, answer));
    }

    private HttpResponse<String> ask(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(system.address() + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        for (String header : FORWARDED) {
            if (exchange.getRequestHeaders().containsKey(header)) {
                request.header(header, exchange.getRequestHeaders().getFirst(header));
            }
        }
        return sent(request, BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> sent(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) throws IOException {
        try {
            return http.send(request.build(), body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void verify(String uploadId) throws IOException {
        // What was declared of it lies beside it.
        var stored = system.contentOf(uploadId).stream()
                .filter(file -> !file.getFileName().toString().contains(uploadId + "."))
                .toList();
        if (stored.size() == 1) {
            byte[] content = Files.readAllBytes(stored.get(0));
            String unused = hashing.verify(uploadId, owner, WrittenContent.write(bucket, content));
        }
    }

    private String withDownload(HttpExchange exchange, String path, HttpResponse<String> answer) throws IOException {
        boolean read = exchange.getRequestMethod().equals("GET") && path.matches("/files/[^/]+");
        if (!read || answer.statusCode() != 200) {
            return answer.body();
        }
        JsonNode file = JSON.readTree(answer.body());
        if (!file.has("downloadUrl")) {
            return answer.body();
        }
        String here = "/content/" + file.path("contentHash").asText() + "/" + UUID.randomUUID();
        downloads.put(here, file.path("downloadUrl").asText());
        return ((ObjectNode) file).put("downloadUrl", address() + here).toString();
    }

    private static void answer(HttpExchange exchange, HttpResponse<String> answer, String body) throws IOException {
        for (String header : List.of("Content-Type", "Millrace-Position", "Retry-After")) {
            answer.headers()
                    .firstValue(header)
                    .ifPresent(value -> exchange.getResponseHeaders().set(header, value));
        }
        send(exchange, answer.statusCode(), body.getBytes(UTF_8));
    }

    private void content(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(downloads.getOrDefault(path, "")));
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range != null) {
            ranges.add(range);
            request.header("Range", range)
                    .header("If-Range", exchange.getRequestHeaders().getFirst("If-Range"));
        }
        HttpResponse<byte[]> answer = sent(request, BodyHandlers.ofByteArray());
        byte[] content = answer.body();
        if (damaged.contains(path.split("/", -1)[2])) {
            content[0] ^= 1;
        }
        if (breakOffAt < content.length) {
            exchange.sendResponseHeaders(answer.statusCode(), content.length);
            exchange.getResponseBody().write(content, 0, (int) breakOffAt);
            breakOffAt = Long.MAX_VALUE;
            exchange.getResponseBody().flush();
            // Without the rest.
            exchange.close();
        } else {
            send(exchange, answer.statusCode(), content);
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        bucket.close();
    }
}
