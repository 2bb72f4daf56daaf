package dev.millrace.serving;

import dev.millrace.topics.http.Settings;
import java.util.List;
import java.util.Optional;

/** Where the stores beside the log are. Each may be missing: then nothing is written there, and reads do without. */
public record StoreSettings(Optional<Cassandra> cassandra, Optional<DynamoSettings> dynamodb, Optional<Redis> redis) {
    private static final int CASSANDRA_PORT = 9042;
    private static final int REDIS_PORT = 6379;

    /** @param contactPoints host:port of some of its nodes */
    public record Cassandra(
            List<HostPort> contactPoints,
            String datacenter,
            String keyspace,
            int replication,
            String user,
            String password) {}

    public record Redis(HostPort address, String user, String password, boolean tls, String prefix) {}

    public record HostPort(String host, int port) {}

    public static StoreSettings from(Settings s) {
        List<String> cassandra =
                s.list("cassandra.contact.points", List.of(), "host:port of Cassandra nodes; none: no Cassandra");
        String datacenter = s.text("cassandra.datacenter", "datacenter1", "Cassandra's data centre that is asked");
        String keyspace = s.text("cassandra.keyspace", "millrace", "keyspace, made if missing");
        int replication = s.integer("cassandra.replication", 1, 1, 9, "copies, when the keyspace is made");
        String cassandraUser = s.text("cassandra.user", "", "user of Cassandra; empty: none");
        String cassandraPassword = s.secret("cassandra.password", "", "password of that user");
        if (!keyspace.matches("[a-z][a-z0-9_]{0,47}")) {
            s.problem("cassandra.keyspace: " + keyspace + " (expected: small letters, digits, _; at most 48)");
        }
        Optional<DynamoSettings> dynamodb = DynamoSettings.from(s);
        Optional<String> redis = s.optional("redis.address", "host:port of Redis; empty: no cache");
        String redisUser = s.text("redis.user", "", "user of Redis; empty: the default one");
        String redisPassword = s.secret("redis.password", "", "password of Redis; empty: none");
        boolean tls = s.flag("redis.tls", false, "whether Redis is spoken to through TLS");
        String prefix = s.text("redis.prefix", "millrace", "what keys begin with; another log needs another one");
        return new StoreSettings(
                cassandra.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Cassandra(
                                cassandra.stream()
                                        .map(text -> hostPort(s, "cassandra.contact.points", text, CASSANDRA_PORT))
                                        .toList(),
                                datacenter,
                                keyspace,
                                replication,
                                cassandraUser,
                                cassandraPassword)),
                dynamodb,
                redis.map(text -> new Redis(
                        hostPort(s, "redis.address", text, REDIS_PORT), redisUser, redisPassword, tls, prefix)));
    }

    private static HostPort hostPort(Settings s, String key, String text, int whenAbsent) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon == 0 || (colon > 0 && !port.matches("\\d{1,5}"))) {
            s.problem(key + ": " + text + " (expected: host:port)");
            return new HostPort(text, whenAbsent);
        }
        return colon < 0
                ? new HostPort(text, whenAbsent)
                : new HostPort(text.substring(0, colon), Integer.parseInt(port));
    }
}
