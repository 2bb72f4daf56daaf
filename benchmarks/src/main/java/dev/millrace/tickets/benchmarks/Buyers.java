package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.Target;
import dev.millrace.load.Headers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** People with a token each, who come from addresses of their own and take turns. */
final class Buyers {
    private final List<Map<String, String>> own;
    private final List<Headers> lines;
    private int next;

    Buyers(Target target, int count) {
        own = IntStream.range(0, count)
                .parallel()
                .mapToObj(buyer -> Map.of(
                        "Authorization",
                        "Bearer " + target.token("buyer-" + buyer, false),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        address(buyer)))
                .toList();
        lines = own.stream().map(Headers::of).toList();
    }

    /** The next buyer's headers for a new request, a key included. */
    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>(own.get(turn()));
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        return headers;
    }

    /** The next buyer's header lines, which are the same in every request. */
    Headers lines() {
        return lines.get(turn());
    }

    private int turn() {
        int buyer = next;
        next = (next + 1) % own.size();
        return buyer;
    }

    /** What a load balancer would report. */
    private static String address(int buyer) {
        return "10." + (buyer >> 16 & 0xff) + "." + (buyer >> 8 & 0xff) + "." + (buyer & 0xff);
    }
}
