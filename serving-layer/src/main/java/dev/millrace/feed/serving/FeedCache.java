package dev.millrace.feed.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.millrace.serving.StoreSettings;
import dev.millrace.serving.StoreWork;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.params.SetParams;

/**
 * What was read not long ago, in Redis, for 300 s. A cache that is away is an empty one: nothing here fails, and nothing
 * waits for longer than {@link #WITHIN}.
 */
final class FeedCache implements Closeable {
    /** Longer than an owner takes to answer it isn't worth it. */
    static final Duration WITHIN = Duration.ofMillis(100);

    static final int THREADS = 4;

    private static final SetParams KEPT = SetParams.setParams().ex(300);
    /** A list of 20,000 authors: a longer one is quicker read than moved. */
    private static final int BYTES_MAX = 1024 * 1024;

    private final RedisClient client;
    private final String prefix;
    private final StoreWork work;
    private final Counter hits;
    private final Counter misses;

    FeedCache(StoreSettings.Redis settings, StoreWork work, MeterRegistry registry) {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().timeoutMillis((int) WITHIN.toMillis());
        if (settings.tls()) {
            config.sslOptions(SslOptions.defaults());
        }
        if (!settings.user().isEmpty()) {
            config.user(settings.user());
        }
        if (!settings.password().isEmpty()) {
            config.password(settings.password());
        }
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(THREADS);
        pool.setMaxIdle(THREADS);
        this.client = RedisClient.builder()
                .hostAndPort(settings.address().host(), settings.address().port())
                .clientConfig(config.build())
                .poolConfig(pool)
                .build();
        this.prefix = settings.prefix() + "/";
        this.work = work;
        this.hits = reads(registry, "hit");
        this.misses = reads(registry, "miss");
    }

    private static Counter reads(MeterRegistry registry, String result) {
        return Counter.builder("millrace.feed.cache.reads")
                .description("Answers looked for in Redis; a hit is one that could be given")
                .tag("result", result)
                .register(registry);
    }

    /** Empty as well if it can't be had. */
    <T extends MessageLite> Future<Optional<T>> get(String key, Parser<T> parser) {
        return work.call(() -> client.get(bytes(key)))
                .map(value -> Optional.ofNullable(value).map(found -> parse(parser, found)))
                .otherwise(Optional.empty());
    }

    /** Whether what was got could be given. */
    void count(boolean hit) {
        (hit ? hits : misses).increment();
    }

    /** For whoever asks next; nobody waits for it. */
    void put(String key, MessageLite value) {
        if (value.getSerializedSize() <= BYTES_MAX) {
            var unused = work.call(() -> client.set(bytes(key), value.toByteArray(), KEPT));
        }
    }

    private byte[] bytes(String key) {
        return (prefix + key).getBytes(UTF_8);
    }

    private static <T extends MessageLite> T parse(Parser<T> parser, byte[] value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what is in Redis isn't ours (expected: a prefix nobody else has)", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
