package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.Product;
import dev.millrace.standalone.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes of each front role behind the gateway, one of them away. */
@Tag("full")
@Tag("own-system")
class FrontsIT {
    private static final int READERS = 4;
    /** Longer than the gateway waits before it asks another. */
    private static final Duration STOPPED_FOR = Duration.ofSeconds(4);

    private static TestSystem system;
    private static String event;

    @BeforeAll
    static void start() {
        system = TestSystem.start(
                1, 2, options -> options.withProducts(Set.of(Product.tickets)).withDemo(false));
        event = new Organiser(system.asOrganiser()).event(2, 600);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> system.asNobody().get("/events/" + event).status() == 200);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    @Test
    void readsAreNeverAwayWhileOneServingProcessIsKilled() throws Exception {
        List<Answer> failed = failedReadsWhile(() -> {
            int restarts = system.status("serving-0").restarts();
            system.kill("serving-0");
            system.awaitRestarted("serving-0", restarts);
            return null;
        });

        assertThat(failed).isEmpty();
    }

    @Test
    void readsAreNeverAwayWhileOneServingProcessIsStopped() throws Exception {
        ChildStatus stopped = system.status("serving-1");
        List<Answer> failed = failedReadsWhile(() -> {
            system.signal("STOP", stopped.name());
            Pause.of(STOPPED_FOR);
            system.signal("CONT", stopped.name());
            return null;
        });

        assertThat(failed).isEmpty();
        assertThat(system.status("serving-1")).isEqualTo(stopped);
    }

    @Test
    void claimsGoOnThroughTheOtherIngestProcess() {
        int restarts = system.status("ingest-0").restarts();
        system.kill("ingest-0");

        for (int seat = 1; seat <= 10; seat++) {
            assertThat(held(seat).status()).isEqualTo(201);
        }

        system.awaitRestarted("ingest-0", restarts);
        for (int seat = 11; seat <= 20; seat++) {
            assertThat(held(seat).status()).isEqualTo(201);
        }
    }

    /** Sent again with its key where it broke off, as a client does. */
    private static Answer held(int seat) {
        Api buyer = system.as("fronts-" + seat);
        String key = UUID.randomUUID().toString();
        List<String> tickets = List.of("S-B-" + seat);
        Answer answer = buyer.hold(event, key, tickets);
        return answer.status() < 500 ? answer : buyer.hold(event, key, tickets);
    }

    private static List<Answer> failedReadsWhile(Callable<?> something) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<List<Answer>>> failed = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                failed.add(readers.submit(() -> failedReads(over, read)));
            }
            something.call();
            over.set(true);
            List<Answer> all = new ArrayList<>();
            for (Future<List<Answer>> each : failed) {
                all.addAll(each.get());
            }
            assertThat(read).hasPositiveValue();
            return all;
        } finally {
            over.set(true);
            readers.shutdownNow();
        }
    }

    private static List<Answer> failedReads(AtomicBoolean over, AtomicInteger read) {
        List<Answer> failed = new ArrayList<>();
        Api reader = system.asNobody();
        while (!over.get()) {
            Answer answer = reader.get("/events/" + event + "/seatmap");
            read.incrementAndGet();
            if (answer.status() != 200) {
                failed.add(answer);
            }
        }
        return failed;
    }
}
