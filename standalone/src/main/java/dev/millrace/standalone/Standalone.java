package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running Millrace on this machine: PostgreSQL, Kafka, the stores of the products, every role, and the gateway in
 * front of them. Closing it stops everything; what it kept stays in its data folder.
 */
public final class Standalone implements AutoCloseable {
    private final DataFolder data;
    private final StandaloneOptions options;
    private final Progress progress;
    private final Occupancy occupancy;
    private final Spawner spawner = new Spawner();
    private final StatusFile statusFile;
    private final LocalIssuer issuer;
    private final KafkaServer kafka;
    private final List<Child> servers = new ArrayList<>();
    private final List<Child> roles = new ArrayList<>();
    private final List<FlinkJob> jobs = new ArrayList<>();
    private @Nullable Gateway gateway;

    private Standalone(Programs programs, DataFolder data, StandaloneOptions options, Progress progress)
            throws IOException, InterruptedException {
        this.data = data;
        this.options = options;
        this.progress = progress;
        this.occupancy = Occupancy.of(data);
        try {
            this.statusFile = new StatusFile(data);
            this.issuer = LocalIssuer.in(data, Clock.systemUTC());
            this.kafka = new KafkaServer(programs, data, options.ports(), options.makesArchives());
            FreePorts.require(options.ports().neededFor(options.products()));
            keepLastLogs();
            PostgresServer postgres = new PostgresServer(programs, data, options.ports());
            FeedStores stores = FeedStores.of(programs, data, options, progress);
            ContentStore content = ContentStore.of(programs, data, options);
            servers.add(child(kafka.program()));
            for (Program role :
                    new Roles(programs, data, options, kafka, postgres, stores, content, issuer).programs()) {
                roles.add(child(role));
            }
            FlinkCluster flink = new FlinkCluster(programs, data, options);
            if (options.runsFlink()) {
                flink.programs().forEach(program -> roles.add(child(program)));
                jobs.addAll(FlinkJob.of(programs, data, options, flink, content, progress));
            }
            CompletableFuture<?> kafkaReady = servers.get(0).start().thenRun(this::makeTopics);
            List<CompletableFuture<?>> ready = new ArrayList<>(List.of(kafkaReady));
            stores.programs().forEach(store -> servers.add(child(store)));
            content.programs().forEach(store -> servers.add(child(store)));
            servers.add(child(postgres.program()));
            List<CompletableFuture<?>> forJobs = new ArrayList<>(List.of(kafkaReady));
            Stream.concat(servers.stream().skip(1), roles.stream()).forEach(child -> {
                CompletableFuture<?> started = child.start();
                ready.add(started);
                if (FlinkJob.NEEDS.contains(child.program().name())) {
                    forJobs.add(started);
                }
            });
            CompletableFuture<?> jobsCanRun = CompletableFuture.allOf(forJobs.toArray(CompletableFuture[]::new));
            jobs.forEach(job -> ready.add(job.startAfter(jobsCanRun)));
            // Until the roles are there it says so.
            gateway = Gateway.start(options.ports());
            awaitAll(ready);
            DemoLoader demo =
                    new DemoLoader(address(), issuer.token("demo-organiser", true), user -> issuer.token(user, false));
            if (options.withDemo() && demo.load(options.products())) {
                progress.step("demo put in");
            }
        } catch (RuntimeException | IOException | InterruptedException | Error e) {
            close();
            throw e;
        }
    }

    /** @throws StartFailure if anything didn't start; then nothing is left running */
    public static Standalone start(Programs programs, DataFolder data, StandaloneOptions options, Progress progress)
            throws IOException, InterruptedException {
        return new Standalone(programs, data, options, progress);
    }

    public LocalIssuer issuer() {
        return issuer;
    }

    public String address() {
        return "http://127.0.0.1:" + options.ports().gateway();
    }

    public List<ChildStatus> children() {
        List<ChildStatus> all = new ArrayList<>();
        servers.forEach(c -> all.add(c.status()));
        roles.forEach(c -> all.add(c.status()));
        return all;
    }

    /** Stops what takes requests first, and last what keeps their results. */
    @Override
    public void close() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
        jobs.forEach(FlinkJob::close);
        jobs.clear();
        stopTogether(roles);
        stopTogether(servers);
        spawner.close();
        occupancy.close();
    }

    private Child child(Program program) {
        return new Child(program, spawner, progress, this::writeStatus);
    }

    private synchronized void writeStatus() {
        statusFile.write(options.ports(), children());
    }

    private void makeTopics() {
        if (Topics.apply(kafka.bootstrap()).changesNothing()) {
            return;
        }
        progress.step("topics made");
    }

    /** The first failure ends the wait: the rest would only time out. */
    private static void awaitAll(List<CompletableFuture<?>> ready) {
        CompletableFuture<Void> all = CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new));
        CompletableFuture<Void> firstFailure = new CompletableFuture<>();
        for (CompletableFuture<?> each : ready) {
            var unused = each.exceptionally(failure -> {
                firstFailure.completeExceptionally(failure);
                return null;
            });
        }
        try {
            CompletableFuture.anyOf(all, firstFailure).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static void stopTogether(List<Child> children) {
        List<Thread> stops =
                children.stream().map(c -> new Thread(c::stop, "stop")).toList();
        stops.forEach(Thread::start);
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void keepLastLogs() throws IOException {
        try (var logs = Files.list(data.logs())) {
            for (var log : logs.filter(l -> l.toString().endsWith(".log")).toList()) {
                if (!log.endsWith("launcher.log")) {
                    Files.move(
                            log, log.resolveSibling(log.getFileName() + ".last"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
