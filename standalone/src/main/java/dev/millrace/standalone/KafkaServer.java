package dev.millrace.standalone;

import dev.millrace.standalone.server.Broker;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/** A real Kafka broker and controller in one process, known by its cluster's id. */
final class KafkaServer {
    private static final String MODULE = "standalone/servers/kafka";
    private static final int HEAP_MIB = 512;
    private static final int PROBE_MILLIS_MAX = 3_000;

    private final DataFolder data;
    private final Ports ports;
    private final Programs programs;

    private final boolean makesArchives;

    KafkaServer(Programs programs, DataFolder data, Ports ports, boolean makesArchives) {
        this.makesArchives = makesArchives;
        this.programs = programs;
        this.data = data;
        this.ports = ports;
    }

    String bootstrap() {
        return ports.bootstrap();
    }

    Program program() {
        Path settings = data.write("settings/kafka.properties", text(settings()));
        Path log4j = data.write("settings/kafka-log4j2.xml", LOG4J);
        String classPath = programs.classPathOf(MODULE) + File.pathSeparator + Programs.ownJar();
        List<String> command = new ArrayList<>(Jvm.of(HEAP_MIB));
        ClassArchive archive =
                ClassArchive.of(programs, "kafka", List.of(programs.libOf(MODULE), Programs.ownJar()), makesArchives);
        command.addAll(archive.flags());
        command.addAll(List.of(
                "-Dlog4j2.configurationFile=" + log4j,
                "-cp",
                classPath,
                Broker.class.getName(),
                settings.toString(),
                clusterId(),
                logDirectory().toString()));
        return new Program(
                "kafka",
                bootstrap(),
                Spawner.apart(command),
                data.log("kafka"),
                this::notYet,
                "TERM",
                Duration.ofSeconds(30),
                archive::makeFrom);
    }

    /** Drawn at the first start; a broker with another one isn't ours. */
    private String clusterId() {
        String known = data.read("kafka/cluster-id");
        if (known != null) {
            return known.strip();
        }
        String drawn = Uuid.randomUuid().toString();
        data.write("kafka/cluster-id", drawn + "\n");
        return drawn;
    }

    private Path logDirectory() {
        return data.directory("kafka/log");
    }

    private Optional<String> notYet(ProcessHandle child) throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.kafka()), PROBE_MILLIS_MAX);
        } catch (java.io.IOException e) {
            return Optional.of("its port doesn't answer");
        }
        Map<String, Object> config = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "millrace-launcher",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PROBE_MILLIS_MAX,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PROBE_MILLIS_MAX - 1_000);
        try (Admin admin = Admin.create(config)) {
            String answered = admin.describeCluster().clusterId().get(PROBE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            if (!clusterId().equals(answered)) {
                throw new StartFailure(
                        "kafka",
                        "another broker answers at " + bootstrap() + ": cluster " + answered + " (expected: "
                                + clusterId() + ")");
            }
            return Optional.empty();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> s = new LinkedHashMap<>();
        s.put("process.roles", "broker,controller");
        s.put("node.id", 1);
        s.put("controller.quorum.voters", "1@127.0.0.1:" + ports.kafkaController());
        s.put("listeners", "PLAINTEXT://" + bootstrap() + ",CONTROLLER://127.0.0.1:" + ports.kafkaController());
        s.put("advertised.listeners", "PLAINTEXT://" + bootstrap());
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("controller.listener.names", "CONTROLLER");
        s.put("inter.broker.listener.name", "PLAINTEXT");
        s.put("log.dirs", logDirectory());
        // Topics come from the catalogue alone.
        s.put("auto.create.topics.enable", false);
        s.put("message.max.bytes", 4 * 1024 * 1024 + 64 * 1024);
        // One broker is all there is.
        s.put("default.replication.factor", 1);
        s.put("min.insync.replicas", 1);
        s.put("offsets.topic.replication.factor", 1);
        s.put("offsets.topic.num.partitions", 8);
        s.put("transaction.state.log.replication.factor", 1);
        s.put("transaction.state.log.min.isr", 1);
        s.put("transaction.state.log.num.partitions", 8);
        s.put("share.coordinator.state.topic.replication.factor", 1);
        s.put("share.coordinator.state.topic.min.isr", 1);
        s.put("share.coordinator.state.topic.num.partitions", 1);
        // A killed streams process is noticed after its own session timeout of 3 s, and nobody waits for joiners.
        s.put("group.initial.rebalance.delay.ms", 0);
        s.put("group.min.session.timeout.ms", 1_000);
        // Short transactions: the next one must not wait out the default pause after the last one's end.
        s.put("add.partitions.to.txn.retry.backoff.ms", 2);
        s.put("add.partitions.to.txn.retry.backoff.max.ms", 10);
        // A killed process's open transaction blocks committed readers until it is found here.
        s.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1_000);
        // After kill -9 the broker is let in again when its old session ends: 3.9 s instead of 12.
        s.put("broker.session.timeout.ms", 2_000);
        s.put("broker.heartbeat.interval.ms", 500);
        s.put("log.cleaner.threads", 1);
        s.put("log.cleaner.dedupe.buffer.size", 16 * 1024 * 1024);
        // Everybody shares this machine's cores: more threads would only wake each other up.
        s.put("num.network.threads", Math.max(1, Machine.cores() / 2));
        s.put("num.io.threads", Math.max(2, Machine.cores()));
        return s;
    }

    private static String text(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(s -> s.getKey() + "=" + s.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static final String LOG4J = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Configuration status="WARN" shutdownHook="disable">
              <Appenders>
                <Console name="err" target="SYSTEM_ERR">
                  <PatternLayout pattern="%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5p %c{1} %m%n"/>
                </Console>
              </Appenders>
              <Loggers>
                <Root level="WARN"><AppenderRef ref="err"/></Root>
                <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
                <Logger name="org.apache.kafka.common.utils.AppInfoParser" level="ERROR"/>
              </Loggers>
            </Configuration>
            """;
}
