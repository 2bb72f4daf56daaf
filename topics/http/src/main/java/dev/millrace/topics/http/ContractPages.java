package dev.millrace.topics.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The HTTP contract: as a document at /openapi.json, rendered at /docs. Read when first asked for. */
final class ContractPages {
    private static final String CONTRACT = "openapi.yaml";
    private static final Map<String, String> UI_FILES = Map.of(
            "swagger-ui.css", "text/css",
            "swagger-ui-bundle.js", "text/javascript",
            "favicon-32x32.png", "image/png");
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Millrace API</title>
              <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
              <link rel="stylesheet" href="/docs/swagger-ui.css">
            </head>
            <body>
              <div id="contract"></div>
              <script src="/docs/swagger-ui-bundle.js"></script>
              <script src="/docs/render.js"></script>
            </body>
            </html>
            """;
    private static final String RENDER =
            "SwaggerUIBundle({url: '/openapi.json', dom_id: '#contract', deepLinking: true});\n";
    /** Swagger UI styles its elements inline and draws its icons from data: addresses. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private final Vertx vertx;
    private final Map<String, Buffer> loaded = new ConcurrentHashMap<>();

    ContractPages(Vertx vertx) {
        this.vertx = vertx;
    }

    void addTo(Router router) {
        router.get("/openapi.json")
                .handler(ctx -> send(ctx, "application/json", load(CONTRACT, ContractPages::contractAsJson)));
        router.get("/docs").handler(ctx -> page(ctx, "text/html; charset=utf-8", PAGE));
        router.get("/docs/render.js").handler(ctx -> page(ctx, "text/javascript", RENDER));
        UI_FILES.forEach((file, type) ->
                router.get("/docs/" + file).handler(ctx -> send(ctx, type, load(file, () -> uiFile(file)))));
    }

    private interface Loading {
        byte[] load() throws IOException;
    }

    private Future<Buffer> load(String name, Loading loading) {
        Buffer known = loaded.get(name);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return vertx.executeBlocking(
                () -> {
                    Buffer buffer = Buffer.buffer(loading.load());
                    loaded.put(name, buffer);
                    return buffer;
                },
                false);
    }

    private static void send(RoutingContext ctx, String type, Future<Buffer> content) {
        content.onSuccess(buffer -> {
                    var unused = ctx.response()
                            .putHeader("Content-Type", type)
                            .putHeader("Cache-Control", "public, max-age=300")
                            .end(buffer);
                })
                .onFailure(ctx::fail);
    }

    private static void page(RoutingContext ctx, String type, String content) {
        var unused = ctx.response()
                .putHeader("Content-Type", type)
                .putHeader("Content-Security-Policy", POLICY)
                .end(content);
    }

    static byte[] contractAsJson() throws IOException {
        return new ObjectMapper().writeValueAsBytes(new YAMLMapper().readTree(resource(CONTRACT)));
    }

    private static byte[] uiFile(String file) throws IOException {
        Properties webjar = new Properties();
        webjar.load(new java.io.ByteArrayInputStream(resource("META-INF/maven/org.webjars/swagger-ui/pom.properties")));
        return resource("META-INF/resources/webjars/swagger-ui/" + webjar.getProperty("version") + "/" + file);
    }

    private static byte[] resource(String path) {
        try (@Nullable InputStream in = ContractPages.class.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("resource: " + path + " (expected: on the class path)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
