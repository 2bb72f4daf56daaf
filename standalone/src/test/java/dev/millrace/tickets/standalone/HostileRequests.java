package dev.millrace.tickets.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.standalone.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests that nobody would send on purpose, over all calls, methods, headers and bodies; the same for the same seed. */
final class HostileRequests {
    private static final String[] METHODS = {
        "GET", "GET", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "FOO"
    };
    private static final String[] SEARCH = {
        "keyword",
        "start",
        "end",
        "city",
        "type",
        "performer",
        "priceMin",
        "priceMax",
        "near",
        "radiusKm",
        "sort",
        "page",
        "pageSize",
        "view",
        "cursor",
        "ticket",
        "nonsense"
    };
    private static final String[] VALUES = {
        "",
        "0",
        "1",
        "-1",
        "100",
        "99999999999999999999",
        "1e999",
        "NaN",
        "%00",
        "%ff",
        "%",
        "%zz",
        "%F0%9F%92%BA",
        "%ED%A0%80",
        "%27%20OR%201=1--",
        "%25",
        "_",
        "2027-01-01",
        "2026-13-45",
        "9999-12-31",
        "0000-01-01",
        "%2B999999999-01-01",
        "2027-01-01T00:00:00Z",
        "91,181",
        "90,180",
        "0,0",
        "52.0,4.36",
        ",",
        "date",
        "relevance",
        "distance",
        "popularity",
        "price",
        ":*",
        "%26!|",
        "<script>",
        "AQ",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "summary",
        "full",
        "+",
        "&&",
        "=",
        "%E2%80%AE",
        "\u00df",
        "x.y.z",
        "\"",
        "k".repeat(300)
    };
    private static final String[] HEADERS = {
        "Idempotency-Key",
        "Prefer",
        "Content-Type",
        "Content-Encoding",
        "Cookie",
        "X-CSRF-Token",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "Accept",
        "Accept-Encoding",
        "Millrace-Position",
        "Origin",
        "If-None-Match",
        "If-Match",
        "Range",
        "Expect",
        "Authorization",
        "Connection",
        "TE",
        "Sec-WebSocket-Extensions"
    };
    private static final String[] SCRAPS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "null",
        "true",
        "1e999",
        "-0",
        "99999999999999999999",
        "\\u0000",
        "\\ud800",
        "\"ticketIds\"",
        "\"sections\"",
        "\"tiers\"",
        "\"S-A-1\"",
        "\u00ff",
        "\u0000",
        " ",
        "\n",
        "\t",
        "%",
        "<script>",
        "NaN",
        "application/json",
        "millrace_session=a.b.c",
        "gzip",
        "gzip;q=0",
        "identity",
        "br",
        "seats.0.1",
        "seats.99999.1",
        "seats.0.999999999999999999",
        "*",
        "W/\"x\"",
        "bytes=0-9",
        "100-continue",
        "1.2.3.4, ::1",
        "respond-async;;==",
        "Bearer",
        "null",
        "https://elsewhere.example",
        "close",
        "Upgrade",
        "trailers"
    };
    private static final String[] BODIES = {
        "{\"ticketIds\":[\"S-A-1\",\"S-A-2\"],\"expectedVersion\":3}",
        "{\"paymentDetails\":{\"paymentMethod\":\"pm_card_visa\"}}",
        "{\"user\":\"alice\"}",
        "{\"token\":\"x.y.z\"}",
        "{\"name\":\"The Band\",\"description\":\"loud\",\"image\":\"/band.webp\"}",
        "{\"name\":\"Hall\",\"address\":\"1 Lane\",\"city\":\"Delft\",\"latitude\":52.0,\"longitude\":4.36,\"sections\":"
                + "[{\"sectionId\":\"S\",\"name\":\"Stalls\",\"rows\":[{\"label\":\"A\",\"seats\":20,\"x\":0,\"y\":0}]}]}",
        "{\"title\":\"Gig\",\"type\":\"CONCERT\",\"startsAt\":\"2027-05-01T18:00:00.000Z\",\"venueId\":\"v\","
                + "\"tiers\":[{\"tierId\":\"T\",\"name\":\"Any\",\"price\":0}],\"currency\":\"EUR\"}"
    };

    private final Random random;
    private final Wire wire;
    private final String token;
    private final String ticket;
    private final String[] paths;

    /** @param ended whether the connection is half closed after it, as its length is a lie */
    record Request(String method, String path, boolean strange, boolean ended, String text) {
        byte[] bytes() {
            return text.getBytes(ISO_8859_1);
        }

        @Override
        public String toString() {
            return text.substring(0, Math.min(text.length(), 2_000));
        }
    }

    HostileRequests(long seed, Wire wire, String token, String ticket, String event, String booking) {
        this.random = new Random(seed);
        this.wire = wire;
        this.token = token;
        this.ticket = ticket;
        this.paths = new String[] {
            "/events/" + event,
            "/events/" + event + "/seatmap",
            "/events/" + event + "/live",
            "/events/void",
            "/events/void/live",
            "/events/search",
            "/events/search",
            "/bookings",
            "/bookings/" + event,
            "/bookings/" + booking,
            "/bookings/" + booking + "/payment",
            "/bookings/x/payment",
            "/session",
            "/live-tickets",
            "/admin/venues/fuzz",
            "/admin/performers/fuzz",
            "/admin/events/fuzz",
            "/livez",
            "/readyz",
            "/metrics",
            "/openapi.json",
            "/docs",
            "/",
            "/assets/x.js",
            "/state/queries",
            "/%2e%2e/x"
        };
    }

    Request next() {
        return random.nextInt(8) == 0 ? socket() : call();
    }

    private Request call() {
        String method = pick(METHODS);
        boolean mangled = random.nextInt(8) == 0;
        String path = mangled ? mangled(pick(paths)) : pick(paths);
        String target = path + (random.nextBoolean() ? "" : query());
        boolean strange = mangled;
        List<String> headers = new ArrayList<>();
        if (random.nextInt(4) != 0) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        if (random.nextInt(3) != 0) {
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        for (int n = random.nextInt(4); n > 0; n--) {
            String value = scraps(4);
            // A line break within a value makes another header, or another body, of the rest.
            strange |= value.indexOf('\n') >= 0;
            headers.addAll(List.of(pick(HEADERS), value));
        }
        if (random.nextInt(100) == 0) {
            headers.addAll(List.of("X-Large", "x".repeat(1 << (10 + random.nextInt(8)))));
        }
        String body = method.equals("GET") && random.nextInt(4) != 0 ? "" : body();
        boolean lie = random.nextInt(50) == 0;
        if (random.nextInt(20) == 0) {
            headers.addAll(List.of("Transfer-Encoding", "chunked"));
            body = lie
                    ? body
                    : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n" + (body.isEmpty() ? "" : "0\r\n\r\n");
        } else {
            headers.addAll(List.of("Content-Length", Integer.toString(lie ? random.nextInt(90) : body.length())));
        }
        String head = wire.head(method, target, headers.toArray(String[]::new));
        return new Request(method, target, strange || lie, strange || lie, head + body);
    }

    /** A handshake for live seats, with something wrong in it more often than not. */
    private Request socket() {
        String path = paths[random.nextInt(5)];
        String target =
                path + (random.nextInt(4) == 0 ? query() : "?ticket=" + (random.nextBoolean() ? ticket : pick(VALUES)));
        List<String> headers = new ArrayList<>(
                List.of("Connection", random.nextInt(6) == 0 ? pick(SCRAPS).strip() : "Upgrade"));
        // Not h2c: a broken upgrade to HTTP/2 is answered by the HTTP library itself (docs/limits.md).
        headers.addAll(List.of("Upgrade", random.nextInt(6) == 0 ? "irc/6.9" : "websocket"));
        if (random.nextInt(4) != 0) {
            headers.addAll(List.of("Origin", random.nextBoolean() ? "https://elsewhere.example" : pick(VALUES)));
        }
        if (random.nextInt(6) != 0) {
            headers.addAll(
                    List.of("Sec-WebSocket-Key", random.nextInt(4) == 0 ? pick(VALUES) : "dGhlIHNhbXBsZSBub25jZQ=="));
        }
        if (random.nextInt(6) != 0) {
            headers.addAll(List.of("Sec-WebSocket-Version", random.nextInt(4) == 0 ? pick(VALUES) : "13"));
        }
        String head = wire.head("GET", target, headers.toArray(String[]::new));
        return new Request("GET", target, false, false, head);
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(pick(SEARCH))
                    .append('=')
                    .append(pick(VALUES));
        }
        return query.toString();
    }

    private String body() {
        String body = switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> scraps(30);
            case 2 -> pick(BODIES);
            default -> {
                String good = pick(BODIES);
                int from = random.nextInt(good.length());
                int to = Math.min(good.length(), from + random.nextInt(8));
                yield good.substring(0, from) + pick(SCRAPS) + good.substring(to);
            }
        };
        return random.nextInt(20) == 0 ? body.repeat(2_000) : body;
    }

    private String mangled(String path) {
        int at = random.nextInt(path.length());
        return path.substring(0, at) + (char) (1 + random.nextInt(254)) + pick(SCRAPS) + path.substring(at);
    }

    private String scraps(int most) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(most) + 1; n > 0; n--) {
            text.append(pick(SCRAPS));
        }
        return text.toString();
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
