package dev.millrace.standalone;

import dev.millrace.standalone.server.CassandraNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real Cassandra of one node, known by the process id it writes down when clients may come. */
final class CassandraServer {
    private static final String MODULE = "standalone/servers/cassandra";
    private static final int HEAP_MIB = 384;
    private static final int DIRECT_MIB = 128;

    /** What Cassandra reaches into: its own conf/jvm17-server.options, and three more that its start asks for. */
    private static final List<String> OPENED = List.of(
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/java.lang.ref=ALL-UNNAMED",
            "--add-exports=java.management.rmi/com.sun.jmx.remote.internal.rmi=ALL-UNNAMED",
            "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
            "--add-exports=java.rmi/sun.rmi.server=ALL-UNNAMED",
            "--add-exports=java.sql/java.sql=ALL-UNNAMED",
            "--add-exports=jdk.attach/sun.tools.attach=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.module=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.math=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.module=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.reflect=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.util.jar=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private final Programs programs;
    private final DataFolder data;
    private final Ports ports;
    private final boolean makesArchives;

    CassandraServer(Programs programs, DataFolder data, Ports ports, boolean makesArchives) {
        this.programs = programs;
        this.data = data;
        this.ports = ports;
        this.makesArchives = makesArchives;
    }

    String address() {
        return "127.0.0.1:" + ports.cassandra();
    }

    Program program() throws IOException {
        Path storage = data.directory("cassandra");
        Path settings = data.write("settings/cassandra.yaml", settings(storage));
        Path logback = data.write("settings/cassandra-logback.xml", LOGBACK);
        Path pidFile = storage.resolve("pid");
        Files.deleteIfExists(pidFile);
        ClassArchive archive = ClassArchive.of(
                programs, "cassandra", List.of(programs.libOf(MODULE), Programs.ownJar()), makesArchives);
        List<String> command = new ArrayList<>(Jvm.of(HEAP_MIB));
        command.add("-XX:MaxDirectMemorySize=" + DIRECT_MIB + "m");
        command.addAll(OPENED);
        command.addAll(archive.flags());
        command.addAll(List.of(
                "-Dcassandra.config=" + settings.toUri(),
                "-Dcassandra.storagedir=" + storage,
                "-Dcassandra.logdir=" + data.logs(),
                "-Dcassandra-foreground=yes",
                // It is alone: there is nobody to wait for.
                "-Dcassandra.ring_delay_ms=1",
                "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                "-Dlogback.configurationFile=" + logback,
                "-Djdk.attach.allowAttachSelf=true",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-cp",
                programs.classPathOf(MODULE) + File.pathSeparator + Programs.ownJar(),
                CassandraNode.class.getName(),
                pidFile.toString()));
        return new Program(
                "cassandra",
                address(),
                Spawner.behind(command),
                data.log("cassandra"),
                child -> PidFile.notYet(pidFile, child),
                "TERM",
                Duration.ofSeconds(20),
                archive::makeFrom);
    }

    private String settings(Path storage) {
        return """
                cluster_name: millrace
                num_tokens: 1
                initial_token: "0"
                auto_bootstrap: false
                partitioner: org.apache.cassandra.dht.Murmur3Partitioner
                endpoint_snitch: SimpleSnitch
                seed_provider:
                  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                    parameters:
                      - seeds: "127.0.0.1:{storagePort}"
                listen_address: 127.0.0.1
                rpc_address: 127.0.0.1
                storage_port: {storagePort}
                native_transport_port: {port}
                start_native_transport: true
                commitlog_sync: periodic
                commitlog_sync_period: 1000ms
                commitlog_directory: {storage}/commitlog
                data_file_directories:
                  - {storage}/data
                saved_caches_directory: {storage}/saved_caches
                hints_directory: {storage}/hints
                cdc_raw_directory: {storage}/cdc_raw
                auto_snapshot: false
                storage_compatibility_mode: NONE
                key_cache_size: 4MiB
                file_cache_size: 32MiB
                networking_cache_size: 16MiB
                memtable_heap_space: 48MiB
                memtable_offheap_space: 48MiB
                commitlog_segment_size: 8MiB
                commitlog_total_space: 256MiB
                concurrent_reads: 8
                concurrent_writes: 8
                """.replace("{storagePort}", Integer.toString(ports.cassandraStorage()))
                .replace("{port}", Integer.toString(ports.cassandra()))
                .replace("{storage}", storage.toString());
    }

    private static final String LOGBACK = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
              <logger name="org.apache.cassandra.service.CassandraDaemon" level="INFO"/>
            </configuration>
            """;
}
