package dev.millrace.tickets.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.TestBroker;
import dev.millrace.ingest.TestIngest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers are told while there is no broker, or no topics on it. */
class BrokerOutageIT {
    private static final JsonObject HOLD = new JsonObject().put("ticketIds", new JsonArray().add("A-1-1"));
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @TempDir
    private Path dir;

    @Test
    void commandsAreRefusedAtOnceWhenTheBrokerDies() throws Exception {
        TestBroker broker = TestBroker.start();
        broker.makeTopics();
        try (TestDecider decider = new TestDecider(broker.address());
                TestIngest ingest = TestIngest.start(dir, broker.address(), Map.of())) {
            decider.start();
            await().atMost(Duration.ofSeconds(20)).until(ingest::ready);
            assertThat(hold(ingest).statusCode()).isEqualTo(201);

            broker.close();

            // Whoever was first to find out is told within the bound for silence, with the warning that comes with it.
            long begun = System.nanoTime();
            assertUnavailable(hold(ingest));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));

            await().atMost(Duration.ofSeconds(10)).until(() -> !ingest.ready());
            long again = System.nanoTime();
            assertUnavailable(hold(ingest));
            assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(AT_ONCE);
            assertThat(ingest.as("").get("/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anInstanceIsReadyOnlyOnceTheTopicsAreThere() throws Exception {
        try (TestBroker broker = TestBroker.start();
                TestIngest ingest = TestIngest.start(dir, broker.address(), Map.of())) {
            assertUnavailable(hold(ingest));
            assertThat(ingest.ready()).isFalse();

            broker.makeTopics();
            await().atMost(Duration.ofSeconds(20)).until(ingest::ready);
        }
    }

    @Test
    void anInstanceBeyondTheRepliesPartitionsSaysSo() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            broker.makeTopics();
            try (TestIngest ingest = TestIngest.start(dir, broker.address(), Map.of("instance", "8"))) {
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(
                                () -> assertThat(ingest.as("").get("/readyz").body())
                                        .contains("instance: 8 (expected: 0..7"));
            }
        }
    }

    private static HttpResponse<String> hold(TestIngest ingest) {
        return ingest.user("alice").post("/bookings/gig", HOLD);
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo("LOG_UNAVAILABLE");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
}
