package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A running Millrace on this machine: PostgreSQL, Kafka, every role, and the gateway in front of them. Closing it stops
 * everything; what it kept stays in its data folder.
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
            FreePorts.require(options.ports());
            keepLastLogs();
            PostgresServer postgres = new PostgresServer(programs, data, options.ports());
            servers.add(child(kafka.program()));
            for (Program role : new Roles(programs, data, options, kafka, postgres, issuer).programs()) {
                roles.add(child(role));
            }
            CompletableFuture<?> kafkaReady = servers.get(0).start().thenRun(this::makeTopics);
            List<CompletableFuture<?>> ready = new ArrayList<>(List.of(kafkaReady));
            servers.add(child(postgres.program()));
            ready.add(servers.get(1).start());
            roles.forEach(role -> ready.add(role.start()));
            // Until the roles are there it says so.
            gateway = Gateway.start(options.ports());
            awaitAll(ready);
            if (options.withDemo() && new DemoLoader(address(), issuer.token("demo-organiser", true)).load()) {
                progress.step("demo venues and events put in");
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
