package dev.millrace.ingest;

import dev.millrace.topics.http.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/**
 * The header {@code Idempotency-Key} (IETF draft-07): a structured string ("…") or, as many clients send it, a bare
 * token of visible characters.
 */
public final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";
    private static final int CHARS_MAX = 255;
    private static final String EXPECTED = "one string of 1.." + CHARS_MAX + " visible ASCII characters";

    private IdempotencyKey() {}

    /** @throws Problem 400 INVALID_HEADER */
    public static Optional<String> of(HttpServerRequest request) {
        List<String> given = request.headers().getAll(HEADER);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (given.size() > 1) {
            throw invalid(String.join(", ", given));
        }
        return Optional.of(parse(given.get(0)));
    }

    /** @throws Problem 400 INVALID_HEADER */
    static String parse(String header) {
        String text = header.strip();
        boolean quoted = text.startsWith("\"");
        String key = quoted ? unquote(text) : text;
        if (key.isEmpty() || key.length() > CHARS_MAX) {
            throw invalid(header);
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c > '~' || c < ' ' || (!quoted && (c == ' ' || c == '"' || c == ','))) {
                throw invalid(header);
            }
        }
        return key;
    }

    private static String unquote(String text) {
        StringBuilder key = new StringBuilder(text.length());
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (i != text.length() - 1) {
                    throw invalid(text);
                }
                return key.toString();
            }
            if (c == '\\') {
                i++;
                if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    throw invalid(text);
                }
                c = text.charAt(i);
            }
            key.append(c);
        }
        throw invalid(text);
    }

    private static Problem invalid(String value) {
        return Problem.of(400, "INVALID_HEADER", HEADER, value, EXPECTED);
    }
}
