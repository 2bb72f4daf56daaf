package dev.millrace.standalone;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The roles as child processes: their settings, memory, and how each is known. */
final class Roles {
    /** Who may sign in by name alone on this machine. */
    static final List<String> DEMO_USERS = List.of("alice", "bob", "carol");

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final Programs programs;
    private final DataFolder data;
    private final StandaloneOptions options;
    private final Ports ports;
    private final KafkaServer kafka;
    private final PostgresServer postgres;
    private final FeedStores stores;
    private final ContentStore content;
    private final LocalIssuer issuer;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_WITHIN).build();

    Roles(
            Programs programs,
            DataFolder data,
            StandaloneOptions options,
            KafkaServer kafka,
            PostgresServer postgres,
            FeedStores stores,
            ContentStore content,
            LocalIssuer issuer) {
        this.programs = programs;
        this.data = data;
        this.options = options;
        this.ports = options.ports();
        this.kafka = kafka;
        this.postgres = postgres;
        this.stores = stores;
        this.content = content;
        this.issuer = issuer;
    }

    List<Program> programs() {
        List<Program> all = new ArrayList<>();
        for (int i = 0; i < ports.streamsInstances(); i++) {
            all.add(streams(i));
        }
        for (int i = 0; i < ports.ingestInstances(); i++) {
            all.add(ingest(i));
        }
        for (int i = 0; i < ports.servingInstances(); i++) {
            all.add(serving(i));
        }
        all.add(outbound());
        if (content.isThere() && options.products().contains(Product.files)) {
            all.add(edge());
        }
        return all;
    }

    private Program ingest(int instance) {
        int port = ports.ingests().get(instance);
        Map<String, String> s = spine(port);
        s.put("instance", Integer.toString(instance));
        s.putAll(identity());
        s.putAll(content.settings());
        String name = Ports.named("ingest", instance, ports.ingestInstances());
        return role(name, "ingest-api", "dev.millrace.ingest.IngestApi", port, 256, s);
    }

    private Program streams(int instance) {
        Map<String, String> s = spine(ports.streams(instance));
        s.put("instance", Integer.toString(instance));
        s.put("data.dir", data.directory("streams-" + instance).toString());
        s.put(
                "streams.products",
                options.products().stream().map(Product::name).sorted().collect(Collectors.joining(",")));
        // Each thread has a transaction of its own, with markers for every partition; the other roles want cores too.
        s.put("streams.threads", Integer.toString(Math.max(1, Machine.cores() / 2)));
        return role(
                "streams-" + instance,
                "streams-topologies",
                "dev.millrace.streams.StreamsTopologies",
                ports.streams(instance),
                // Live holds are kept in memory, about 400 bytes each: room for half a million.
                640,
                s);
    }

    private Program serving(int instance) {
        int port = ports.servings().get(instance);
        Map<String, String> s = spine(port);
        s.put("roles", "serving");
        // An upgrade comes through the gateway with this role's own address as its host; the page's is the gateway's.
        s.put("http.allowed.origins", "http://127.0.0.1:" + ports.gateway() + ",http://localhost:" + ports.gateway());
        s.putAll(identity());
        s.putAll(database());
        s.putAll(stores.settings());
        s.putAll(content.settings());
        s.put("files.download.address", edgeAddress());
        s.put("files.download.key.file", DownloadKeys.in(data).privateKey().toString());
        s.put("files.download.key.id", DownloadKeys.ID);
        String name = Ports.named("serving", instance, ports.servingInstances());
        return role(name, "serving-layer", "dev.millrace.serving.ServingLayer", port, 384, s);
    }

    private Program outbound() {
        Map<String, String> s = spine(ports.outbound());
        s.put("roles", "outbound");
        s.putAll(identity());
        s.putAll(database());
        s.putAll(stores.settings());
        s.putAll(content.settings());
        return role("outbound", "serving-layer", "dev.millrace.serving.ServingLayer", ports.outbound(), 192, s);
    }

    private Program edge() {
        Map<String, String> s = spine(ports.edge());
        s.put("roles", "edge");
        s.put("state.endpoints", stateEndpoints());
        s.putAll(content.settings());
        s.put("files.download.address", edgeAddress());
        s.put("edge.keys", DownloadKeys.ID + "=" + DownloadKeys.in(data).publicKey());
        return role("edge", "serving-layer", "dev.millrace.serving.ServingLayer", ports.edge(), 384, s);
    }

    private String edgeAddress() {
        return "http://127.0.0.1:" + ports.edge();
    }

    private Map<String, String> spine(int port) {
        Map<String, String> s = new LinkedHashMap<>();
        s.put("http.host", "127.0.0.1");
        s.put("http.port", Integer.toString(port));
        s.put("http.trusted.proxies", "127.0.0.1/32");
        s.put("kafka.bootstrap", kafka.bootstrap());
        s.put("exit.on.stdin.eof", "true");
        return s;
    }

    private String stateEndpoints() {
        return IntStream.range(0, ports.streamsInstances())
                .mapToObj(i -> "127.0.0.1:" + ports.streams(i))
                .collect(Collectors.joining(","));
    }

    private Map<String, String> identity() {
        return Map.of(
                "state.endpoints", stateEndpoints(),
                "auth.jwks", issuer.jwks().toUri().toString(),
                "auth.issuer", LocalIssuer.ISSUER,
                "auth.audience", LocalIssuer.AUDIENCE,
                "session.key.file", issuer.sessionKey().toString(),
                "demo.users", String.join(",", DEMO_USERS));
    }

    private Map<String, String> database() {
        return Map.of(
                "postgres.url", postgres.url(),
                "postgres.user", PostgresServer.USER,
                "postgres.password", postgres.password());
    }

    private Program role(String name, String module, String main, int port, int heapMib, Map<String, String> settings) {
        settings.putAll(options.settingsOf(name));
        Path file = data.write("settings/" + name + ".properties", text(settings));
        List<String> command = new ArrayList<>(Jvm.of(heapMib));
        ClassArchive archive = archive(name, module);
        command.addAll(archive.flags());
        StandaloneOptions.Main other = options.mains().get(name);
        command.addAll(List.of(
                "-cp",
                programs.classPathOf(module) + (other == null ? "" : File.pathSeparator + other.classes()),
                other == null ? main : other.name(),
                file.toString()));
        return new Program(
                name,
                "127.0.0.1:" + port,
                Spawner.apart(command),
                data.log(name),
                child -> notYet(name, port, child),
                "TERM",
                STOP_WITHIN,
                archive::makeFrom);
    }

    /** All instances of a role run the same classes, and the first makes their archive. */
    private ClassArchive archive(String name, String module) {
        String role = StandaloneOptions.roleOf(name);
        boolean mayWrite = options.makesArchives() && (name.equals(role) || name.equals(role + "-0"));
        return ClassArchive.of(programs, role, List.of(programs.libOf(module)), mayWrite);
    }

    /** Ready when /readyz says so, and ours when /livez tells our child's process id. */
    private Optional<String> notYet(String name, int port, ProcessHandle child)
            throws IOException, InterruptedException {
        HttpResponse<String> alive = get(port, "/livez");
        JsonObject who = new JsonObject(alive.body());
        if (!Objects.equals(who.getLong("pid"), child.pid())) {
            throw new StartFailure(
                    name,
                    "process " + who.getLong("pid") + " answers at port " + port + " (expected: " + child.pid() + ")");
        }
        HttpResponse<String> ready = get(port, "/readyz");
        return ready.statusCode() == 200 ? Optional.empty() : Optional.of(ready.body());
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER_WITHIN)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    static String text(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return text.toString();
    }
}
