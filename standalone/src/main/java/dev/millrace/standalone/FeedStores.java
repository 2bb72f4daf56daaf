package dev.millrace.standalone;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the feed keeps beside the log: Cassandra, DynamoDB and Redis, each started here unless the roles are told of
 * another one by a setting of their own.
 */
final class FeedStores {
    /** The setting of roles that names a store is what tells that it is elsewhere. */
    private static final String CASSANDRA = "cassandra.contact.points";

    private static final String DYNAMODB = "dynamodb.region";
    private static final String REDIS = "redis.address";

    private final List<Program> programs = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();

    private FeedStores() {}

    /** None, for who starts without the feed: files use DynamoDB if it is there, and do without. */
    static FeedStores of(Programs programs, DataFolder data, StandaloneOptions options, Progress progress)
            throws IOException, InterruptedException {
        FeedStores stores = new FeedStores();
        if (!options.products().contains(Product.feed)) {
            return stores;
        }
        Ports ports = options.ports();
        boolean makesArchives = options.makesArchives();
        if (isHere(options, CASSANDRA)) {
            CassandraServer cassandra = new CassandraServer(programs, data, ports, makesArchives);
            stores.programs.add(cassandra.program());
            stores.settings.put(CASSANDRA, cassandra.address());
            stores.settings.put("cassandra.datacenter", "datacenter1");
        }
        if (isHere(options, DYNAMODB)) {
            DynamoDbServer dynamodb = new DynamoDbServer(programs, data, ports, makesArchives);
            stores.programs.add(dynamodb.program(progress));
            stores.settings.put(DYNAMODB, "local");
            stores.settings.put("dynamodb.endpoint", "http://" + dynamodb.address());
            // It takes any; without some the client would look for real ones.
            stores.settings.put("dynamodb.access.key", "local");
            stores.settings.put("dynamodb.secret.key", "local");
        }
        if (isHere(options, REDIS)) {
            RedisServer redis = new RedisServer(programs, data, ports);
            stores.programs.add(redis.program());
            stores.settings.put(REDIS, redis.address());
            stores.settings.put("redis.password", redis.password());
        }
        return stores;
    }

    private static boolean isHere(StandaloneOptions options, String address) {
        return Stream.of("serving", "outbound")
                .noneMatch(role -> options.settingsOf(role).containsKey(address));
    }

    /** Those that are started here. */
    List<Program> programs() {
        return programs;
    }

    /** Where the roles find them. */
    Map<String, String> settings() {
        return settings;
    }
}
