package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.topics.http.Problem;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of a request's shape. Each names the field, its value and what was expected: 400 INVALID_BODY. */
public final class Expect {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_~-]{1,90}");

    private static final int USER_ID_CHARS_MAX = 128;

    private Expect() {}

    public static Problem invalid(String field, @Nullable Object value, String expected) {
        return Problem.of(400, "INVALID_BODY", field, value, expected);
    }

    public static boolean isId(String value) {
        return ID.matcher(value).matches();
    }

    /** The id in a path: 400 INVALID_PARAMETER unless it is 1..90 letters, digits, _, ~ or -. */
    public static String pathId(String parameter, @Nullable String value) {
        if (value == null || !ID.matcher(value).matches()) {
            throw Problem.of(400, "INVALID_PARAMETER", parameter, value, "1..90 letters, digits, _, ~ or -");
        }
        return value;
    }

    /** Whether this can be a user's id: any subject a token may have, as those are their issuer's to choose. */
    public static boolean isUserId(String value) {
        return !value.isBlank()
                && value.length() <= USER_ID_CHARS_MAX
                && !value.startsWith("millrace:")
                && value.chars().noneMatch(Character::isISOControl);
    }

    /** The user's id in a path: 400 INVALID_PARAMETER unless it can be one. */
    public static String userId(String parameter, @Nullable String value) {
        if (value == null || !isUserId(value)) {
            throw Problem.of(
                    400, "INVALID_PARAMETER", parameter, value, "a user's id, 1.." + USER_ID_CHARS_MAX + " characters");
        }
        return value;
    }

    /** A text as one segment of a path. */
    public static String pathSegment(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }

    public static String id(String field, @Nullable String value) {
        if (value == null || !ID.matcher(value).matches()) {
            throw invalid(field, value, "1..90 letters, digits, _, ~ or -");
        }
        return value;
    }

    public static String text(String field, @Nullable String value, int charsMin, int charsMax) {
        if (value == null || value.length() < charsMin || value.length() > charsMax) {
            throw invalid(
                    field,
                    value == null ? null : value.length() + " characters",
                    charsMin + ".." + charsMax + " characters");
        }
        return value;
    }

    public static String textOrEmpty(String field, @Nullable String value, int charsMax) {
        return value == null ? "" : text(field, value, 0, charsMax);
    }

    public static String matching(String field, @Nullable String value, Pattern pattern, String expected) {
        if (value == null || !pattern.matcher(value).matches()) {
            throw invalid(field, value, expected);
        }
        return value;
    }

    public static long between(String field, @Nullable Number value, long min, long max) {
        if (value == null || value.longValue() < min || value.longValue() > max) {
            throw invalid(field, value, min + ".." + max);
        }
        return value.longValue();
    }

    public static long betweenOr(String field, @Nullable Number value, long whenAbsent, long min, long max) {
        return value == null ? whenAbsent : between(field, value, min, max);
    }

    public static double between(String field, @Nullable Double value, double min, double max) {
        if (value == null || !(value >= min && value <= max)) {
            throw invalid(field, value, min + ".." + max);
        }
        return value;
    }

    public static <T> List<T> list(String field, @Nullable List<@Nullable T> values, int min, int max) {
        if (values == null || values.size() < min || values.size() > max) {
            throw invalid(field, values == null ? null : values.size() + " of them", min + ".." + max + " of them");
        }
        return values.stream()
                .map(v -> Optional.ofNullable(v).orElseThrow(() -> invalid(field, "null among them", "no null")))
                .toList();
    }

    public static <T> List<T> listOrEmpty(String field, @Nullable List<@Nullable T> values, int max) {
        return values == null ? List.of() : list(field, values, 0, max);
    }
}
