package dev.millrace.topics.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is a refusal (RFC 9457): a status, a stable reason, the offending value and what was expected. Thrown
 * or failed with anywhere in a request's handling; {@link RoleServer} writes it. It has no stack trace, as refusals are
 * everyday.
 */
public class Problem extends RuntimeException {
    /** Content type of a rendered problem. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private final int status;
    private final String reason;
    private final transient Map<String, Object> members;
    private final transient Map<String, String> headers;

    private Problem(
            int status, String reason, String detail, Map<String, Object> members, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.reason = reason;
        this.members = members;
        this.headers = headers;
    }

    protected Problem(Problem other) {
        this(other.status, other.reason, other.detail(), other.members, other.headers);
    }

    /** @param detail a sentence for the person who reads it */
    public static Problem of(int status, String reason, String detail) {
        return new Problem(status, reason, detail, Map.of(), Map.of());
    }

    /** A problem with one value: its detail reads {@code <what>: <value> (expected: <expected>)}. */
    public static Problem of(int status, String reason, String what, @Nullable Object value, String expected) {
        return of(status, reason, what + ": " + shorten(value) + " (expected: " + expected + ")")
                .with("value", shorten(value))
                .with("expected", expected);
    }

    /** With one more member in the rendered problem. */
    public Problem with(String member, @Nullable Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        if (value != null) {
            more.put(member, value);
        }
        return new Problem(status, reason, detail(), more, headers);
    }

    public Problem header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(status, reason, detail(), members, more);
    }

    /** With a Retry-After header, in whole seconds, at least 1. */
    public Problem retryAfter(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return header("Retry-After", Long.toString(seconds));
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The problem's members in order: type, title, status, reason, detail, then value, expected and others it has. */
    public Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        body.put("status", status);
        body.put("reason", reason);
        body.put("detail", detail());
        body.putAll(members);
        return body;
    }

    /** Longest value repeated to the caller, in characters. */
    private static final int VALUE_CHARS_MAX = 200;

    private static String shorten(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "…";
    }
}
