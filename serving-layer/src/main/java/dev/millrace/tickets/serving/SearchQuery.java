package dev.millrace.tickets.serving;

import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Problem;
import io.vertx.ext.web.RoutingContext;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What somebody searches for, checked.
 *
 * @param words lower case, letters and digits only, without accents; all must begin some word of the event
 * @param start earliest start
 * @param end first moment that is too late
 * @param near ask for distance from here
 * @param page from 0
 */
record SearchQuery(
        List<String> words,
        Optional<Instant> start,
        Optional<Instant> end,
        Optional<String> city,
        Optional<String> type,
        Optional<String> performer,
        Optional<Long> priceMin,
        Optional<Long> priceMax,
        Optional<Place> near,
        Sort sort,
        int page,
        int pageSize) {

    private static final int KEYWORD_CHARS_MAX = 200;
    private static final int WORDS_MAX = 10;
    private static final int TEXT_CHARS_MAX = 128;
    private static final int PAGE_SIZE = 20;
    private static final int PAGE_SIZE_MAX = 100;
    /** Deeper pages are nobody's reading; a narrower search finds the rest. */
    private static final int RESULTS_MAX = 10_000;

    private static final long PRICE_MAX = 1_000_000_000_000L;
    private static final double RADIUS_KM = 50;
    private static final double RADIUS_KM_MAX = 20_000;

    record Place(double latitude, double longitude, double radiusKm) {}

    enum Sort {
        RELEVANCE,
        DATE,
        PRICE,
        POPULARITY,
        DISTANCE
    }

    private static final String[] PARAMETERS = {
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
        "pageSize"
    };

    /** @throws Problem 400 INVALID_PARAMETER */
    static SearchQuery of(RoutingContext ctx) {
        Reads.only(ctx, PARAMETERS);
        List<String> words = words(text(ctx, "keyword", KEYWORD_CHARS_MAX).orElse(""));
        if (words.size() > WORDS_MAX) {
            throw invalid("keyword", words.size() + " words", "at most " + WORDS_MAX);
        }
        Optional<Place> near = near(ctx);
        int pageSize = Reads.integer(ctx, "pageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX);
        SearchQuery query = new SearchQuery(
                words,
                time(ctx, "start", day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()),
                time(
                        ctx,
                        "end",
                        day -> day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()),
                text(ctx, "city", TEXT_CHARS_MAX),
                text(ctx, "type", TEXT_CHARS_MAX).map(t -> t.toUpperCase(Locale.ROOT)),
                text(ctx, "performer", TEXT_CHARS_MAX),
                price(ctx, "priceMin"),
                price(ctx, "priceMax"),
                near,
                sort(ctx, words, near),
                Reads.integer(ctx, "page", 0, 0, RESULTS_MAX / pageSize - 1),
                pageSize);
        query.checkRanges();
        return query;
    }

    int offset() {
        return page * pageSize;
    }

    /** Words of a text as they are indexed and looked for: lower case, letters and digits, without accents. */
    static List<String> words(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
        String spelled = plain.toLowerCase(Locale.ROOT)
                .replace("ß", "ss")
                .replace("æ", "ae")
                .replace("œ", "oe")
                .replace('ø', 'o')
                .replace('ł', 'l');
        return Arrays.stream(spelled.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private void checkRanges() {
        if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
            throw invalid("end", end.get().toString(), "later than start");
        }
        if (priceMin.isPresent() && priceMax.isPresent() && priceMin.get() > priceMax.get()) {
            throw invalid("priceMax", priceMax.get().toString(), "at least priceMin");
        }
    }

    private static Sort sort(RoutingContext ctx, List<String> words, Optional<Place> near) {
        Optional<String> asked = Reads.parameter(ctx, "sort");
        if (asked.isEmpty()) {
            return words.isEmpty() ? Sort.DATE : Sort.RELEVANCE;
        }
        Sort sort = Arrays.stream(Sort.values())
                .filter(s -> s.name().toLowerCase(Locale.ROOT).equals(asked.get()))
                .findFirst()
                .orElseThrow(() -> invalid("sort", asked.get(), "relevance, date, price, popularity or distance"));
        if (sort == Sort.DISTANCE && near.isEmpty()) {
            throw invalid("sort", asked.get(), "another order, or near=lat,lon with it");
        }
        return sort;
    }

    private static Optional<Place> near(RoutingContext ctx) {
        Optional<String> radius = Reads.parameter(ctx, "radiusKm");
        Optional<String> near = Reads.parameter(ctx, "near");
        if (near.isEmpty()) {
            radius.ifPresent(r -> {
                throw invalid("radiusKm", r, "near=lat,lon with it");
            });
            return Optional.empty();
        }
        String[] parts = near.get().split(",", -1);
        if (parts.length != 2) {
            throw invalid("near", near.get(), "lat,lon in degrees, such as 52.52,13.40");
        }
        return Optional.of(new Place(
                number("near", parts[0], -90, 90),
                number("near", parts[1], -180, 180),
                radius.map(r -> number("radiusKm", r, 0.1, RADIUS_KM_MAX)).orElse(RADIUS_KM)));
    }

    private static double number(String name, String text, double min, double max) {
        if (text.strip().matches("-?\\d{1,6}(\\.\\d{1,10})?")) {
            double value = Double.parseDouble(text.strip());
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw invalid(name, text, "a number of " + min + ".." + max);
    }

    private static Optional<Long> price(RoutingContext ctx, String name) {
        return Reads.parameter(ctx, name).map(text -> {
            if (text.matches("\\d{1,13}") && Long.parseLong(text) <= PRICE_MAX) {
                return Long.parseLong(text);
            }
            throw invalid(name, text, "minor units, 0.." + PRICE_MAX);
        });
    }

    private static Optional<String> text(RoutingContext ctx, String name, int charsMax) {
        return Reads.parameter(ctx, name).map(text -> {
            if (text.length() > charsMax || text.indexOf('\0') >= 0) {
                throw invalid(name, text, "at most " + charsMax + " characters");
            }
            return text;
        });
    }

    private static Optional<Instant> time(RoutingContext ctx, String name, Function<LocalDate, Instant> ofDay) {
        return Reads.parameter(ctx, name).map(text -> {
            try {
                Instant time = text.length() == 10 ? ofDay.apply(LocalDate.parse(text)) : Instant.parse(text);
                // PostgreSQL's and anybody's reach.
                if (time.isAfter(Instant.parse("1970-01-01T00:00:00Z"))
                        && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                    return time;
                }
            } catch (DateTimeParseException e) {
                throw invalid(name, text, "ISO 8601, such as 2026-12-31 or 2026-12-31T20:00:00Z");
            }
            throw invalid(name, text, "a time from 1970 to 9998");
        });
    }

    private static Problem invalid(String name, String value, String expected) {
        return Problem.of(400, "INVALID_PARAMETER", name, value, expected);
    }
}
