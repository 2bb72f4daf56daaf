package dev.millrace.files.topics.content;

import java.time.Instant;
import java.util.Map;

/**
 * Leave to send certain bytes, once or again, until it expires.
 *
 * @param headers to send with them, beside those that every client sends by itself
 */
public record SignedPut(String url, Map<String, String> headers, Instant expiresAt) {
    public SignedPut {
        headers = Map.copyOf(headers);
    }
}
