package dev.millrace.standalone;

import dev.millrace.standalone.server.FlinkNode;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster: a JobManager, and a TaskManager that has registered with it. Each is known by its name, which
 * has its process id in it. A JobManager keeps nothing of its jobs when it dies: {@link FlinkJob} submits them again.
 */
final class FlinkCluster {
    static final String JOB_MANAGER = "flink-jm";
    static final String TASK_MANAGER = "flink-tm";
    /** One for each task that works at a time. */
    static final int HASHING_SLOTS = 2;

    static final int SYNC_SLOTS = 1;
    private static final int SLOTS = HASHING_SLOTS + SYNC_SLOTS;

    private static final String MODULE = "standalone/servers/flink";
    private static final String JOB_MANAGER_NAME = "jobmanager.resource-id";
    private static final String TASK_MANAGER_NAME = "taskmanager.resource-id";

    private static final int JOB_MANAGER_HEAP_MIB = 192;
    private static final int JOB_MANAGER_METASPACE_MIB = 192;
    private static final int JOB_MANAGER_DIRECT_MIB = 96;
    /** Of the TaskManager: what a task uses, what Flink does, what RocksDB does, buffers between tasks, buffers of libraries. */
    private static final int TASK_HEAP_MIB = 320;

    private static final int FRAMEWORK_HEAP_MIB = 64;
    private static final int MANAGED_MIB = 384;
    private static final int NETWORK_MIB = 64;
    private static final int FRAMEWORK_DIRECT_MIB = 64;
    private static final int TASK_DIRECT_MIB = 64;
    private static final int TASK_MANAGER_METASPACE_MIB = 192;
    /** Threads and compiled code: only shown, as nobody divides a whole by it. */
    private static final int JVM_OVERHEAD_MIB = 96;

    /** As Flink's own scripts open them. */
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.net",
            "java.io",
            "java.nio",
            "sun.nio.ch",
            "java.lang.reflect",
            "java.text",
            "java.time",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "java.util.concurrent.locks");

    private final Programs programs;
    private final DataFolder data;
    private final StandaloneOptions options;
    private final Ports ports;
    private final FlinkRest rest;

    FlinkCluster(Programs programs, DataFolder data, StandaloneOptions options) {
        this.programs = programs;
        this.data = data;
        this.options = options;
        this.ports = options.ports();
        this.rest = new FlinkRest(page());
    }

    /** Where its page is. */
    String page() {
        return "127.0.0.1:" + ports.flinkPage();
    }

    FlinkRest rest() {
        return rest;
    }

    Path checkpoints() {
        return data.directory("flink/checkpoints");
    }

    List<Program> programs() {
        // What a killed one had unpacked, and RocksDB's working files: checkpoints have all that counts.
        data.clear("flink/tmp");
        data.write("settings/flink/config.yaml", text(settings()));
        Program jobManager = program(
                JOB_MANAGER,
                page(),
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                JOB_MANAGER_NAME,
                JOB_MANAGER_HEAP_MIB,
                JOB_MANAGER_DIRECT_MIB,
                JOB_MANAGER_METASPACE_MIB,
                this::jobManagerNotYet);
        Program taskManager = program(
                TASK_MANAGER,
                "127.0.0.1:" + ports.flinkTaskManager(),
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                TASK_MANAGER_NAME,
                FRAMEWORK_HEAP_MIB + TASK_HEAP_MIB,
                FRAMEWORK_DIRECT_MIB + TASK_DIRECT_MIB + NETWORK_MIB,
                TASK_MANAGER_METASPACE_MIB,
                this::taskManagerNotYet);
        return List.of(jobManager, taskManager);
    }

    private Program program(
            String name,
            String address,
            String main,
            String nameOption,
            int heapMib,
            int directMib,
            int metaspaceMib,
            Program.Probe probe) {
        Path log4j = data.write("settings/flink-log4j2.xml", LOG4J);
        ClassArchive archive = ClassArchive.of(
                programs, name, List.of(programs.libOf(MODULE), Programs.ownJar()), options.makesArchives());
        List<String> command = new ArrayList<>(Jvm.of(heapMib));
        command.addAll(archive.flags());
        OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
        command.addAll(List.of(
                "-XX:MaxDirectMemorySize=" + directMib + "m",
                "-XX:MaxMetaspaceSize=" + metaspaceMib + "m",
                "-Djava.io.tmpdir=" + data.directory("flink/tmp"),
                "-Dlog4j2.configurationFile=" + log4j,
                "-cp",
                programs.classPathOf(MODULE) + File.pathSeparator + Programs.ownJar(),
                FlinkNode.class.getName(),
                main,
                data.directory("settings/flink").toString(),
                nameOption,
                name));
        return new Program(
                name,
                address,
                Spawner.apart(command),
                data.log(name),
                probe,
                "TERM",
                Duration.ofSeconds(20),
                archive::makeFrom);
    }

    private Optional<String> jobManagerNotYet(ProcessHandle child) throws Exception {
        String ours = JOB_MANAGER + "-" + child.pid();
        String answered = objects(rest.list("/jobmanager/config"))
                .filter(setting -> JOB_MANAGER_NAME.equals(setting.getString("key")))
                .map(setting -> setting.getString("value"))
                .findFirst()
                .orElse("one without a name");
        if (!ours.equals(answered)) {
            throw new StartFailure(
                    JOB_MANAGER,
                    "another JobManager answers at " + page() + ": " + answered + " (expected: " + ours + ")");
        }
        return Optional.empty();
    }

    private Optional<String> taskManagerNotYet(ProcessHandle child) throws Exception {
        String ours = TASK_MANAGER + "-" + child.pid();
        boolean registered = objects(rest.get("/taskmanagers").getJsonArray("taskmanagers"))
                .anyMatch(taskManager -> ours.equals(taskManager.getString("id")));
        return registered ? Optional.empty() : Optional.of("it hasn't registered with the JobManager");
    }

    static Stream<JsonObject> objects(Iterable<Object> list) {
        return java.util.stream.StreamSupport.stream(list.spliterator(), false).map(JsonObject.class::cast);
    }

    private Map<String, Object> settings() {
        Map<String, Object> s = new LinkedHashMap<>();
        s.put("jobmanager.rpc.address", "127.0.0.1");
        s.put("jobmanager.bind-host", "127.0.0.1");
        s.put("jobmanager.rpc.port", ports.flinkJobManager());
        s.put("blob.server.port", ports.flinkJars());
        s.put("rest.address", "127.0.0.1");
        s.put("rest.bind-address", "127.0.0.1");
        s.put("rest.port", ports.flinkPage());
        s.put("rest.bind-port", ports.flinkPage());
        // By default any page that is open in a browser on this machine may send it jobs, and read the answers.
        s.put("web.access-control-allow-origin", "http://" + page());
        s.put("web.cancel.enable", false);
        s.put("taskmanager.host", "127.0.0.1");
        s.put("taskmanager.bind-host", "127.0.0.1");
        s.put("taskmanager.rpc.port", ports.flinkTaskManager());
        s.put("taskmanager.data.port", ports.flinkData());
        // A killed process is noticed by its connection, one that hangs by this.
        s.put("heartbeat.interval", "1 s");
        s.put("heartbeat.timeout", "5 s");
        s.put("taskmanager.numberOfTaskSlots", SLOTS);
        s.put("taskmanager.cpu.cores", HASHING_SLOTS);
        s.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP_MIB + "m");
        s.put("taskmanager.memory.task.heap.size", TASK_HEAP_MIB + "m");
        s.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_DIRECT_MIB + "m");
        s.put("taskmanager.memory.task.off-heap.size", TASK_DIRECT_MIB + "m");
        s.put("taskmanager.memory.network.min", NETWORK_MIB + "m");
        s.put("taskmanager.memory.network.max", NETWORK_MIB + "m");
        s.put("taskmanager.memory.managed.size", MANAGED_MIB + "m");
        s.put("taskmanager.memory.jvm-metaspace.size", TASK_MANAGER_METASPACE_MIB + "m");
        s.put("taskmanager.memory.jvm-overhead.min", JVM_OVERHEAD_MIB + "m");
        s.put("taskmanager.memory.jvm-overhead.max", JVM_OVERHEAD_MIB + "m");
        s.put("io.tmp.dirs", data.directory("flink/tmp"));
        s.put("web.tmpdir", data.directory("flink/tmp"));
        s.put("state.backend.type", "rocksdb");
        s.put("execution.checkpointing.interval", "2 s");
        s.put("execution.checkpointing.mode", "EXACTLY_ONCE");
        s.put("execution.checkpointing.incremental", true);
        s.put("execution.checkpointing.num-retained", 2);
        // Whoever reads what is deleted by the terabyte reads for longer than a checkpoint should take.
        s.put("execution.checkpointing.tolerable-failed-checkpoints", 10);
        s.put("taskmanager.network.memory.buffer-debloat.enabled", true);
        s.put("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        s.put("execution.checkpointing.dir", checkpoints().toUri());
        s.put(
                "execution.checkpointing.savepoint-dir",
                data.directory("flink/savepoints").toUri());
        s.put("restart-strategy.type", "exponential-delay");
        s.put("restart-strategy.exponential-delay.initial-backoff", "1 s");
        s.put("restart-strategy.exponential-delay.max-backoff", "30 s");
        s.put("restart-strategy.exponential-delay.backoff-multiplier", 2.0);
        s.put("restart-strategy.exponential-delay.reset-backoff-threshold", "1 min");
        return s;
    }

    private static String text(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(s -> s.getKey() + ": \"" + s.getValue() + "\"\n")
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
                <!-- With every checkpoint it says again that Kafka's sink names a metric twice. -->
                <Logger name="org.apache.flink.metrics.MetricGroup" level="ERROR"/>
                <Root level="WARN"><AppenderRef ref="err"/></Root>
              </Loggers>
            </Configuration>
            """;
}
