package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.topics.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real servers as children: found ready, known as ours, started again, stopped. */
@Tag("own-system")
class ServersIT {
    private final Spawner spawner = new Spawner();
    private final Ports ports = TestPorts.free(1, 1);

    @TempDir
    private Path folder;

    private final List<Child> children = new ArrayList<>();

    @AfterEach
    void stop() {
        for (Child child : children) {
            child.stop();
        }
        spawner.close();
    }

    @Test
    void serversStartAgainAfterKillNineAndStopWhenTold() throws Exception {
        DataFolder data = new DataFolder(folder);
        StandaloneOptions options = StandaloneOptions.at(ports).withoutMakingArchives();
        KafkaServer broker = new KafkaServer(Programs.here(), data, ports, false);
        Child kafka = new Child(broker.program(), spawner, Progress.SILENT, () -> {});
        Child postgres = new Child(
                new PostgresServer(Programs.here(), data, ports).program(), spawner, Progress.SILENT, () -> {});

        children.addAll(List.of(kafka, postgres));
        List<Program> stores = Stream.concat(
                        FeedStores.of(Programs.here(), data, options, Progress.SILENT).programs().stream(),
                        ContentStore.of(Programs.here(), data, options).programs().stream())
                .toList();
        for (Program store : stores) {
            children.add(new Child(store, spawner, Progress.SILENT, () -> {}));
        }
        List<CompletableFuture<Duration>> ready =
                children.stream().map(Child::start).toList();
        for (CompletableFuture<Duration> started : ready) {
            started.get(2, TimeUnit.MINUTES);
        }
        int made = Topics.apply(broker.bootstrap()).steps().size();
        boolean nothingLeft = Topics.plan(broker.bootstrap()).changesNothing();
        children.forEach(
                child -> ProcessHandle.of(child.status().pid()).orElseThrow().destroyForcibly());

        assertThat(children)
                .extracting(child -> child.program().name())
                .containsExactly("kafka", "postgres", "cassandra", "dynamodb", "redis", "s3");
        assertThat(made).isEqualTo(TopicCatalogue.ALL.size());
        assertThat(nothingLeft).isTrue();
        for (Child child : children) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                // PostgreSQL refuses to start while a process of the killed one still ends, and is then started once
                // more.
                assertThat(child.status().restarts()).isPositive();
                assertThat(child.status().state()).isEqualTo(ChildStatus.State.READY);
            });
            ProcessHandle process = ProcessHandle.of(child.status().pid()).orElseThrow();
            child.stop();
            assertThat(process.isAlive()).isFalse();
            assertThat(child.status().state()).isEqualTo(ChildStatus.State.STOPPED);
        }
    }
}
