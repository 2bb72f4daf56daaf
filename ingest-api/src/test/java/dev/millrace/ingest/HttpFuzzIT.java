package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Many requests that nobody would send on purpose; none of them may be our fault. */
class HttpFuzzIT {
    private static final int REQUESTS = 1_500;
    private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "FOO"};
    private static final String[] PATHS = {
        "/bookings/gig",
        "/bookings/gig.00000000000000000000000000000000",
        "/bookings/x/payment",
        "/session",
        "/live-tickets",
        "/admin/venues/v",
        "/admin/performers/p",
        "/admin/events/e",
        "/users/u",
        "/readyz",
        "/",
        "/docs",
        "/%2e%2e/x"
    };
    private static final String[] HEADERS = {
        "Idempotency-Key",
        "Prefer",
        "Content-Type",
        "Cookie",
        "X-CSRF-Token",
        "X-Forwarded-For",
        "Accept-Encoding",
        "Millrace-Position",
        "Origin",
        "If-None-Match",
        "Authorization"
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
        "\"rows\"",
        "\"tiers\"",
        "\"A-1-1\"",
        "\"user\"",
        "\"token\"",
        "\"alice\"",
        "\u00ff",
        "\u0000",
        " ",
        "\n",
        "%",
        "<script>",
        "NaN",
        "application/json",
        "millrace_session=a.b.c",
        "gzip",
        "seats.1.1",
        "1.2.3.4, ::1",
        "respond-async;;==",
        "Bearer"
    };

    @TempDir
    private Path dir;

    @Test
    void noRequestIsAnsweredWithAServerError(TestReporter reporter) throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        reporter.publishEntry("fuzz.seed", Long.toString(seed));
        Random random = new Random(seed);
        try (TestBroker broker = TestBroker.start()) {
            broker.makeTopics();
            Map<String, String> settings = Map.of(
                    "ingest.wait.limit", "200ms",
                    "ingest.deliver.within", "150ms",
                    "state.ask.timeout", "50ms",
                    "http.trusted.proxies", "127.0.0.0/8");
            try (TestIngest ingest = TestIngest.start(dir, broker.address(), settings)) {
                await().atMost(Duration.ofSeconds(20)).until(ingest::ready);
                String token = ingest.issuer().token("alice", "admin");
                for (int i = 0; i < REQUESTS; i++) {
                    String request = request(random, token);
                    int status = send(ingest.port(), request);
                    // Nobody decides and nobody holds state here, so 503 is the truth about some; 500 never is.
                    assertThat(status)
                            .as("seed %d request %d:%n%s", seed, i, request)
                            .matches(s -> s < 500 || s == 503);
                }
                assertThat(ingest.ready()).isTrue();
            }
        }
    }

    private static String request(Random random, String token) {
        StringBuilder text = new StringBuilder();
        String path = pick(random, PATHS);
        text.append(pick(random, METHODS)).append(' ').append(random.nextInt(4) == 0 ? mangled(random, path) : path);
        text.append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        if (random.nextInt(4) != 0) {
            text.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (random.nextBoolean()) {
            text.append("Content-Type: application/json\r\n");
        }
        for (int n = random.nextInt(4); n > 0; n--) {
            text.append(pick(random, HEADERS))
                    .append(": ")
                    .append(scraps(random, 4))
                    .append("\r\n");
        }
        String body = random.nextInt(3) == 0 ? "" : scraps(random, 30);
        if (random.nextInt(10) == 0) {
            body = body.repeat(2_000);
        }
        int length = random.nextInt(50) == 0 ? random.nextInt(20) : body.length();
        return text.append("Content-Length: ")
                .append(length)
                .append("\r\n\r\n")
                .append(body)
                .toString();
    }

    private static String mangled(Random random, String path) {
        int at = random.nextInt(path.length());
        return path.substring(0, at) + (char) (1 + random.nextInt(254)) + pick(random, SCRAPS) + path.substring(at);
    }

    private static String scraps(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(most) + 1; n > 0; n--) {
            text.append(pick(random, SCRAPS));
        }
        return text.toString();
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    /** The answer's status; 0 if the connection was closed without one, as may happen to what isn't HTTP. */
    private static int send(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            String head = new String(in.readNBytes(12), ISO_8859_1);
            return head.startsWith("HTTP/1.") && head.length() == 12 ? Integer.parseInt(head.substring(9)) : 0;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer within 3 s to:\n" + request, e);
        } catch (IOException e) {
            // Refused while we were still sending, because it was too large.
            return 0;
        }
    }
}
