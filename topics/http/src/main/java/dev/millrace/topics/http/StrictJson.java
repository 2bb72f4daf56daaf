package dev.millrace.topics.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** JSON as the API takes it: nothing unknown, nothing twice, nothing after the end, no deeper than 32. */
public final class StrictJson {
    /** Deepest nesting of a body; a document of any of our calls needs at most 6. */
    public static final int DEPTH_MAX = 32;
    /** Longest string in a body, in characters. */
    public static final int STRING_CHARS_MAX = 65_536;

    private static final String JSON = "application/json";

    /** Shared by everybody, as it is costly to make; never reconfigured. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(STRING_CHARS_MAX)
                            .maxNameLength(256)
                            .maxNumberLength(40)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private StrictJson() {}

    /**
     * Reads the request's body, which must be a JSON object of this shape.
     *
     * @throws Problem 415, 400 MALFORMED_JSON or 400 INVALID_BODY
     */
    public static <T> T body(RoutingContext ctx, Class<T> shape) {
        String type = ctx.request().getHeader("Content-Type");
        if (type == null || !isJson(type)) {
            throw Problem.of(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type", type, JSON);
        }
        Buffer body = ctx.body().buffer();
        return read(body == null ? new byte[0] : body.getBytes(), shape);
    }

    /** @throws Problem 400 MALFORMED_JSON or 400 INVALID_BODY */
    public static <T> T read(byte[] bytes, Class<T> shape) {
        if (bytes.length == 0) {
            throw Problem.of(400, "MALFORMED_JSON", "body", "empty", "a JSON object");
        }
        try {
            T value = MAPPER.readValue(bytes, shape);
            if (value == null) {
                throw Problem.of(400, "INVALID_BODY", "body", "null", "a JSON object");
            }
            return value;
        } catch (IOException e) {
            throw problemOf(bytes, e);
        }
    }

    /** Looks at the syntax of all of it first, so that what is said about a body doesn't depend on where it goes wrong. */
    private static Problem problemOf(byte[] bytes, IOException failure) {
        try {
            skim(bytes);
        } catch (JsonProcessingException e) {
            return malformed(e);
        } catch (IOException e) {
            return Problem.of(
                    400, "MALFORMED_JSON", "body", firstLine(String.valueOf(e.getMessage())), "a JSON object");
        }
        if (failure instanceof UnrecognizedPropertyException e) {
            return Problem.of(
                    400, "INVALID_BODY", path(e), "unknown field", "one of " + new TreeSet<>(e.getKnownPropertyIds()));
        }
        if (failure instanceof JsonMappingException e) {
            // A shape's own constructor may refuse with a reason of its own.
            return e.getCause() instanceof Problem inner
                    ? inner
                    : Problem.of(400, "INVALID_BODY", path(e), "of another type", firstLine(e.getOriginalMessage()));
        }
        return failure instanceof JsonProcessingException e
                ? malformed(e)
                : Problem.of(
                        400,
                        "MALFORMED_JSON",
                        "body",
                        firstLine(String.valueOf(failure.getMessage())),
                        "a JSON object");
    }

    private static void skim(byte[] bytes) throws IOException {
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            while (parser.nextToken() != null) {
                // nextToken() itself checks syntax, depth, lengths and duplicate names.
            }
        }
    }

    /** Answers with this value as JSON. */
    public static Future<Void> answer(RoutingContext ctx, int status, Object value) {
        return ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", JSON)
                .end(Buffer.buffer(bytes(value)));
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that can't be written as JSON: " + value.getClass(), e);
        }
    }

    private static boolean isJson(String contentType) {
        int end = contentType.indexOf(';');
        String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
        return type.toLowerCase(Locale.ROOT).equals(JSON);
    }

    private static Problem malformed(JsonProcessingException e) {
        String where = e.getLocation() == null
                ? "body"
                : "body at byte " + e.getLocation().getByteOffset();
        return Problem.of(
                400, "MALFORMED_JSON", where, firstLine(e.getOriginalMessage()), "JSON, nested at most " + DEPTH_MAX);
    }

    private static String path(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "body" : path.startsWith(".") ? path.substring(1) : path;
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
