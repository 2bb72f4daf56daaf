package dev.millrace.ingest;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.ClientAddress;
import dev.millrace.topics.http.Problem;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Refuses callers who send too much, by user and by client address. Whoever was quiet for a while is forgotten. */
public final class RateLimits {
    /** Most users, and most addresses, counted at a time; beyond that the quietest begin afresh. */
    private static final int COUNTED_MAX = 200_000;

    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private final ClientAddress addresses;
    private final LoadingCache<String, Bucket> byAddress;
    private final LoadingCache<String, Bucket> byUser;
    private final RateSettings settings;

    public RateLimits(RateSettings settings, ClientAddress addresses) {
        this.settings = settings;
        this.addresses = addresses;
        this.byAddress = buckets(settings.perAddress(), settings.perAddressBurst());
        this.byUser = buckets(settings.perUser(), settings.perUserBurst());
    }

    /** Goes first, before anything is looked at that costs. */
    Handler<RoutingContext> perAddress() {
        return ctx -> {
            String address = addresses.of(ctx.request());
            take(ctx, byAddress.get(address), "address " + address, settings.perAddress());
        };
    }

    /** Goes after the caller is known. */
    Handler<RoutingContext> perUser() {
        return ctx -> {
            String user = Caller.of(ctx).subject();
            take(ctx, byUser.get(user), "user " + user, settings.perUser());
        };
    }

    private static void take(RoutingContext ctx, Bucket bucket, String whose, int perSecond) {
        if (bucket.tryConsume(1)) {
            ctx.next();
            return;
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            ctx.next();
        } else {
            ctx.fail(Problem.of(429, "TOO_MANY_REQUESTS", "requests of", whose, "at most " + perSecond + " per second")
                    .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill())));
        }
    }

    private static LoadingCache<String, Bucket> buckets(int perSecond, int burst) {
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(burst)
                .refillGreedy(perSecond, Duration.ofSeconds(1))
                .build();
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(COUNTED_MAX)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .build(key -> Bucket.builder().addLimit(bandwidth).build());
    }
}
