package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.Target;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** People with a token each, who come from addresses of their own and take turns. */
final class Buyers {
    private final List<String> tokens;
    private int next;

    Buyers(Target target, int count) {
        tokens = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> target.token("buyer-" + i, false))
                .toList();
    }

    /** The next buyer's headers for a new request. The address is what a load balancer would report. */
    Map<String, String> headers() {
        int buyer = next;
        next = (next + 1) % tokens.size();
        return Map.of(
                "Authorization",
                "Bearer " + tokens.get(buyer),
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                UUID.randomUUID().toString(),
                "X-Forwarded-For",
                "10." + (buyer >> 16 & 0xff) + "." + (buyer >> 8 & 0xff) + "." + (buyer & 0xff));
    }
}
