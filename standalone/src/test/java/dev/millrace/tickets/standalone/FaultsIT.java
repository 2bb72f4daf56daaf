package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills one child after the other with -9 while people buy, then derives again from the log what happened. */
@ExtendWith(OneSystem.class)
class FaultsIT {
    private static final int ROWS = 10;
    private static final Duration DECISIONS_AGAIN_WITHIN = Duration.ofSeconds(20);

    private final TestSystem system;

    FaultsIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void oneOfTwoStreamsProcessesMayDieWhileReadsAnswerAndClaimsGoOn() {
        Organiser organiser = new Organiser(system.asOrganiser());
        List<String> events =
                IntStream.range(0, 4).mapToObj(i -> organiser.event(ROWS, 600)).toList();
        long seed = System.nanoTime();
        ConcurrentLinkedQueue<String> failedReads = new ConcurrentLinkedQueue<>();
        int restarts = system.status("streams-0").restarts();
        Instant killed;
        SeatBuyers buyers = new SeatBuyers(system, events, 4, ROWS, seed);
        try (buyers) {
            await().atMost(DECISIONS_AGAIN_WITHIN).until(() -> buyers.decidedSince(Instant.MIN) > 40);
            killed = Instant.now();
            system.kill("streams-0");
            Instant until = killed.plus(Duration.ofSeconds(8));
            while (Instant.now().isBefore(until)) {
                for (String event : events) {
                    Answer read = system.asNobody().get("/events/" + event + "/seatmap");
                    if (read.status() != 200) {
                        failedReads.add(Duration.between(killed, Instant.now()).toMillis() + " ms after: " + read);
                    }
                }
            }
            system.awaitRestarted("streams-0", restarts);
            Instant back = Instant.now();
            await().atMost(DECISIONS_AGAIN_WITHIN).until(() -> buyers.decidedSince(back) > 20);
        }

        assertThat(buyers.unexpected()).as("seed %d", seed).isEmpty();
        assertThat(failedReads).as("seed %d", seed).isEmpty();
        assertThat(buyers.longestSilenceSince(killed)).as("seed %d", seed).isLessThan(DECISIONS_AGAIN_WITHIN);
        assertNothingLostOrDoubled(buyers, seed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "serving", "outbound", "kafka", "postgres"})
    void everyChildMayDieAndComesBackWithNothingLost(String child) {
        String event = new Organiser(system.asOrganiser()).event(ROWS, 600);
        long seed = System.nanoTime();
        int restarts = system.status(child).restarts();
        SeatBuyers buyers = new SeatBuyers(system, List.of(event), 2, ROWS, seed);
        try (buyers) {
            await().atMost(DECISIONS_AGAIN_WITHIN).until(() -> buyers.decidedSince(Instant.MIN) > 5);
            system.kill(child);
            system.awaitRestarted(child, restarts);
            Instant back = Instant.now();
            await().atMost(Duration.ofMinutes(1)).until(() -> buyers.decidedSince(back) > 5);
        }

        assertThat(buyers.unexpected()).as("seed %d", seed).isEmpty();
        assertNothingLostOrDoubled(buyers, seed);
    }

    @Test
    void whileIngestIsAwayReadsAnswerAndWritesAreToldToComeBack() {
        String event = new Organiser(system.asOrganiser()).event(1, 600);
        int restarts = system.status("ingest").restarts();
        system.kill("ingest");

        Answer read = system.asNobody().get("/events/" + event + "/seatmap");
        Answer write = system.as("alice").hold(event, UUID.randomUUID().toString(), List.of("S-A-1"));
        system.awaitRestarted("ingest", restarts);

        assertThat(read.status()).isEqualTo(200);
        assertThat(write.status()).isEqualTo(503);
        assertThat(write.header("Retry-After")).isPresent();
        assertThat(write.header("Content-Type")).contains("application/problem+json");
    }

    private void assertNothingLostOrDoubled(SeatBuyers buyers, long seed) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            SeatHistory history = SeatHistory.of(system.bootstrap());
            assertThat(history.contradictions()).as("seed %d", seed).isEmpty();
            buyers.won()
                    .forEach((id, tickets) -> assertThat(history.ticketsOf(id))
                            .as("booking %s, seed %d", id, seed)
                            .isEqualTo(tickets));
            try (Connection database = system.database()) {
                history.assertLedgerAgrees(database);
            }
        });
    }
}
