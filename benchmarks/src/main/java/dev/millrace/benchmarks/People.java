package dev.millrace.benchmarks;

import dev.millrace.load.Headers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** People with a token each, who come from addresses of their own and take turns. */
public final class People {
    private final List<Map<String, String>> own;
    private final List<Headers> lines;
    private int next;

    /**
     * @param name each is called so, with a number behind it
     * @param from the first one's number
     */
    public People(Target target, String name, int from, int count) {
        own = IntStream.range(from, from + count)
                .parallel()
                .mapToObj(person -> Map.of(
                        "Authorization",
                        "Bearer " + target.token(name + person, false),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        address(person)))
                .toList();
        lines = own.stream().map(Headers::of).toList();
    }

    /** The next person's headers for a new request, a key included. */
    public Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>(own.get(turn()));
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        return headers;
    }

    /** The next person's header lines, which are the same in every request. */
    public Headers lines() {
        return lines.get(turn());
    }

    /** @param index 0 is the first of them */
    public Headers lines(int index) {
        return lines.get(index);
    }

    private int turn() {
        int person = next;
        next = (next + 1) % own.size();
        return person;
    }

    /** What a load balancer would report. */
    private static String address(int person) {
        return "10." + (person >> 16 & 0xff) + "." + (person >> 8 & 0xff) + "." + (person & 0xff);
    }
}
