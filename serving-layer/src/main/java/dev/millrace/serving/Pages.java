package dev.millrace.serving;

import dev.millrace.topics.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The web pages: one HTML page that finds its own way by its address, and its assets, whose names change with their
 * content. All come from the class path and stay in memory.
 */
final class Pages {
    private static final String FOLDER = "web/";
    private static final Pattern ASSET = Pattern.compile("/assets/[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final List<String> PAGES =
            List.of("/", "/tickets", "/tickets/*", "/people/*", "/me", "/me/*", "/files", "/links/:token");
    /** Pages at the address of a read: a browser that goes there asks for HTML, everybody else for the read. */
    private static final List<String> PAGES_OF_READS = List.of("/feed", "/files/:fileId");

    private static final List<String> FILES =
            List.of("/favicon.svg", "/favicon.ico", "/manifest.webmanifest", "/robots.txt");

    /** Nothing from elsewhere, nothing inline, in nobody's frame; only the bucket may be talked to besides. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
                    + " connect-src 'self'%s; manifest-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("map", "application/json"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"));

    private record Asset(Buffer content, String type, String etag) {}

    /** Only what exists is remembered, so this is bounded by what was built. */
    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();

    private final String policy;

    /** @param bucket origin of the bucket that files are sent to; empty if there is none */
    Pages(Optional<String> bucket) {
        this.policy = POLICY.formatted(bucket.map(origin -> " " + origin).orElse(""));
    }

    void addTo(Router router) {
        router.route().handler(ctx -> {
            ctx.response().putHeader("X-Content-Type-Options", "nosniff");
            ctx.next();
        });
        PAGES.forEach(path -> Reads.route(router, path).handler(ctx -> serve(ctx, "/index.html", "no-cache")));
        PAGES_OF_READS.forEach(path -> Reads.route(router, path).handler(ctx -> {
            ctx.response().putHeader("Vary", "Accept");
            if (wantsHtml(ctx)) {
                serve(ctx, "/index.html", "no-cache");
            } else {
                ctx.next();
            }
        }));
        Reads.route(router, "/assets/*").handler(this::asset);
        FILES.forEach(path -> Reads.route(router, path).handler(ctx -> serve(ctx, path, "public, max-age=3600")));
    }

    private static boolean wantsHtml(RoutingContext ctx) {
        String accept = ctx.request().getHeader("Accept");
        return accept != null && accept.contains("text/html");
    }

    private void asset(RoutingContext ctx) {
        String path = ctx.request().path();
        if (path == null || !ASSET.matcher(path).matches()) {
            throw missing(path);
        }
        serve(ctx, path, "public, max-age=31536000, immutable");
    }

    private void serve(RoutingContext ctx, String path, String caching) {
        Asset asset = find(path).orElseThrow(() -> missing(path));
        ctx.response()
                .putHeader("Content-Type", asset.type)
                .putHeader("Cache-Control", caching)
                .putHeader("ETag", asset.etag)
                .putHeader("Content-Security-Policy", policy)
                .putHeader("Referrer-Policy", "same-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
        if (asset.etag.equals(ctx.request().getHeader("If-None-Match"))) {
            var unused = ctx.response().setStatusCode(304).end();
        } else {
            Reads.end(ctx, asset.content);
        }
    }

    private Optional<Asset> find(String path) {
        Asset known = loaded.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Asset> read = read(path);
        read.ifPresent(asset -> loaded.put(path, asset));
        return read;
    }

    private static Optional<Asset> read(String path) {
        try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(FOLDER + path.substring(1))) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            String ending = path.substring(path.lastIndexOf('.') + 1);
            return Optional.of(new Asset(
                    Buffer.buffer(content), TYPES.getOrDefault(ending, "application/octet-stream"), tag(content)));
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    /** Weak, as the server may compress what it names. */
    private static String tag(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return "W/\"" + new BigInteger(1, hash).toString(36).substring(0, 16) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static Problem missing(String path) {
        return Problem.of(404, "NO_SUCH_ROUTE", "path", path, "a path of /openapi.json");
    }
}
