package dev.millrace.files.benchmarks;

import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.HexFormat;

/** One GET on one connection, from its request to its last byte; the bytes go nowhere. */
final class Download {
    private static final int BUFFER_BYTES = 1 << 18;

    private Download() {}

    /**
     * Returns when all of it has come.
     *
     * @param sha256 what it must be; empty for not looking, as that takes processor time from who is measured
     * @throws IllegalStateException if something else came
     */
    static void fetch(HttpClient http, HttpRequest request, long bytes, String sha256)
            throws IOException, InterruptedException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        long came = 0;
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                came += n;
                if (!sha256.isEmpty()) {
                    digest.update(buffer, 0, n);
                }
            }
        }
        String what = "GET " + request.uri().getPath() + ": ";
        if (answer.statusCode() != 200 || came != bytes) {
            throw new IllegalStateException(
                    what + answer.statusCode() + ", " + came + " bytes (expected: 200, " + bytes + ")");
        }
        if (!sha256.isEmpty() && !sha256.equals(HexFormat.of().formatHex(digest.digest()))) {
            throw new IllegalStateException(what + "other bytes (expected: SHA-256 " + sha256 + ")");
        }
    }
}
