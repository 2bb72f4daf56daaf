package dev.millrace.topics.http;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process was told to do, as text by key. A config record asks for each value it needs with a type, bounds and
 * a reason; {@link #check} then reports everything that is wrong, and every key that nobody asked for, together.
 */
public final class Settings {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final String HIDDEN = "(hidden)";

    private final Map<String, String> given;
    private final Map<String, Known> known = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private record Known(String shown, String doc) {}

    private Settings(Map<String, String> given) {
        this.given = new TreeMap<>(given);
    }

    public static Settings of(Map<String, String> given) {
        return new Settings(given);
    }

    /**
     * Reads a role's arguments: the path of a properties file, then any number of {@code key=value} that go before it.
     *
     * @throws IllegalArgumentException if an argument is neither
     * @throws UncheckedIOException if the file can't be read
     */
    public static Settings load(String... args) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (equals > 0) {
                given.put(
                        args[i].substring(0, equals).strip(),
                        args[i].substring(equals + 1).strip());
            } else if (i == 0) {
                given.putAll(fromFile(Path.of(args[0])));
            } else {
                throw new IllegalArgumentException("argument: " + args[i] + " (expected: key=value)");
            }
        }
        return new Settings(given);
    }

    private static Map<String, String> fromFile(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("settings file: " + file + " (expected: a readable properties file)", e);
        }
        Map<String, String> given = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> given.put(key, properties.getProperty(key).strip()));
        return given;
    }

    public String text(String key, String whenAbsent, String doc) {
        return read(key, whenAbsent, whenAbsent, doc, Function.identity());
    }

    /** A text that must be given. */
    public String text(String key, String doc) {
        String value = text(key, "", doc);
        if (value.isEmpty()) {
            problems.add(key + ": missing (expected: " + doc + ")");
        }
        return value;
    }

    public Optional<String> optional(String key, String doc) {
        String value = text(key, "", doc);
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** A text that {@link #describe} doesn't show. */
    public String secret(String key, String whenAbsent, String doc) {
        known.put(key, new Known(HIDDEN, doc));
        return given.getOrDefault(key, whenAbsent);
    }

    public Optional<Path> path(String key, String doc) {
        return optional(key, doc).map(Path::of);
    }

    public int integer(String key, int whenAbsent, int min, int max, String doc) {
        return (int) whole(key, whenAbsent, min, max, doc);
    }

    public long whole(String key, long whenAbsent, long min, long max, String doc) {
        return read(key, whenAbsent, String.valueOf(whenAbsent), doc, text -> {
            long value;
            try {
                value = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("a whole number", e);
            }
            if (value < min || value > max) {
                throw new IllegalArgumentException(min + ".." + max);
            }
            return value;
        });
    }

    /** ISO 8601 ({@code PT5S}) or a number with ms, s, m, h or d ({@code 500ms}). */
    public Duration duration(String key, Duration whenAbsent, Duration min, Duration max, String doc) {
        return read(key, whenAbsent, whenAbsent.toString(), doc, text -> {
            Duration value = parseDuration(text);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(min + ".." + max);
            }
            return value;
        });
    }

    public boolean flag(String key, boolean whenAbsent, String doc) {
        return read(key, whenAbsent, String.valueOf(whenAbsent), doc, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        });
    }

    /** Values separated by commas; empty ones are left out. */
    public List<String> list(String key, List<String> whenAbsent, String doc) {
        return read(
                key,
                whenAbsent,
                String.join(",", whenAbsent),
                doc,
                text -> Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .toList());
    }

    public URI uri(String key, URI whenAbsent, String doc) {
        return read(key, whenAbsent, whenAbsent.toString(), doc, text -> {
            try {
                return new URI(text);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("a URI", e);
            }
        });
    }

    /** Lets a config record report what the getters can't see, such as two values that don't fit together. */
    public void problem(String text) {
        problems.add(text);
    }

    /**
     * Ends the reading.
     *
     * @throws IllegalArgumentException that names everything wrong, and every key given that nobody asked for
     */
    public void check() {
        List<String> all = new ArrayList<>(problems);
        for (String key : given.keySet()) {
            if (!known.containsKey(key)) {
                all.add(key + ": unknown setting (expected: one of " + known.keySet() + ")");
            }
        }
        if (!all.isEmpty()) {
            throw new IllegalArgumentException("settings:\n  " + String.join("\n  ", all));
        }
    }

    /** One line per setting asked for: its value, without secrets, and what it is for. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        known.forEach((key, k) -> text.append(key)
                .append('=')
                .append(k.shown)
                .append("  # ")
                .append(k.doc)
                .append('\n'));
        return text.toString();
    }

    private <T> T read(String key, T whenAbsent, String shownWhenAbsent, String doc, Function<String, T> parse) {
        String text = given.get(key);
        known.put(key, new Known(text == null ? shownWhenAbsent : text, doc));
        if (text == null || text.isEmpty()) {
            return whenAbsent;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add(key + ": " + text + " (expected: " + e.getMessage() + "; " + doc + ")");
            return whenAbsent;
        }
    }

    private static Duration parseDuration(String text) {
        Matcher m = SHORT_DURATION.matcher(text);
        if (m.matches()) {
            long n = Long.parseLong(m.group(1));
            return switch (m.group(2)) {
                case "ms" -> Duration.ofMillis(n);
                case "s" -> Duration.ofSeconds(n);
                case "m" -> Duration.ofMinutes(n);
                case "h" -> Duration.ofHours(n);
                default -> Duration.ofDays(n);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a duration such as 500ms, 5s or PT5S", e);
        }
    }
}
